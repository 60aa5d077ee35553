/* SPDX-License-Identifier: MIT */
/* The rarer half of park and wake: plain threads, other cpus. And the end of being alone. */
#include "sched/park.h"

#include "frame.h"

#include "context/hooks.h"
#include "sched/domain.h"
#include "sched/move.h"
#include "sched/slot.h"

uint32_t faden__shared, faden__settled;
struct cpu *faden__cpus[CPUS_MAX];
uint32_t faden__cpus_visitors;
uint32_t faden__plain_threads;

void make_ready_long(struct cpu *cpu, faden_task *t)
{
    ASSERT(task_cpu(t) == cpu->index, "make_ready_long: it is here");
    if (t->flags & TASK_MOVABLE)
        hold_here(cpu, t);
    ready_arrow_long(cpu, t);
    if (t->flags & TASK_URGENT)
        make_urgent(cpu, t);
    else
        queue_push(&cpu->ready, t);
}

bool take_along(struct cpu *cpu, faden_task *t)
{
    uint32_t was = load_seq_cst(&t->place);
    struct cpu *from = faden__cpus[was & PLACE_CPU];
    if (from->runtime != cpu->runtime)
        return false;
    do {
        if (!(was & PLACE_LOOSE))
            return from == cpu;
    } while (!cas_seq_cst(&t->place, &was,
                          (was & ~(uint32_t)(PLACE_CPU | PLACE_LOOSE)) | cpu->index));
    if (from == cpu)
        return true;
    ASSERT(t->state == FADEN_TASK_PARKED, "take_along: it is parked");
    ASSERT(!(was & PLACE_PINNED) && !t->wait->outside, "take_along: nothing holds it there");
    fetch_add_relaxed(&from->coming, (uint32_t)-1);
    fetch_add_relaxed(&cpu->coming, 1);
    domain_refresh(t);
    return true;
}

/* It is parked, and its wait is claimed by the caller, who has something for it if it is handed. */
static void wake_task(faden_task *t, bool handed)
{
    struct cpu *cpu = mycpu();
    if (!cpu || !take_along(cpu, t)) {
        inbox_push(faden__cpus[task_cpu(t)], t);
    } else if (handed && !(t->flags & TASK_URGENT)) {
        ready_arrow_long(cpu, t);
        hand_place(cpu, t);
        share_soon(cpu, t);
    } else {
        make_ready_long(cpu, t);
        share_soon(cpu, t);
    }
}

__attribute__((noinline)) struct cpu *mycpu_after_wait(void)
{
    __asm__ volatile("");
    return mycpu();
}

static void end_wait(struct faden__wait *w, bool handed)
{
    faden_task *t = w->task;
    struct cpu *home = t ? load_relaxed(&w->home) : NULL;
    if (home) { /* there it is, whatever happens: its record need not be waited for */
        inbox_push(home, t);
    } else if (t) {
        wake_task(t, handed);
    } else {
        uint32_t *word = &w->woken;
        store_release(word, 1); /* from here on w may be gone */
        platform_thread_wake(word);
    }
}

void faden__wake_slow(struct faden__wait *w)
{
    end_wait(w, false);
}

void faden__hand_slow(struct faden__wait *w)
{
    end_wait(w, true);
}

int faden__park_thread(struct faden__wait *w, uint32_t *lock)
{
    if (lock)
        lock_release(NULL, lock);
    while (!load_acquire(&w->woken))
        platform_thread_wait(&w->woken, 0, FADEN_FOREVER);
    return w->result;
}

/* The wait in `room` failed, perhaps not by who takes from the list. */
FROM_ASM void faden__wait_leave(void *own_room)
{
    struct wait_room *room = own_room;
    struct cpu *cpu = mycpu();
    if (!room->lock) /* it was never on the list */
        return;
    /* Also if it is off the list: who took it off may still be about to lose the claim. */
    lock_acquire(cpu, room->lock);
    waitlist_leave(&room->me);
    lock_release(cpu, room->lock);
}

void faden__lock_contended(uint32_t *lock)
{
    unsigned spins = 0;
    do {
        while (load_relaxed(lock))
            if (++spins % 64)
                arch_relax();
            else
                platform_thread_wait(NULL, 0, 0); /* let the holder run */
    } while (exchange_acquire(lock, 1));
}

/*
 * lock.h has the argument. Several threads may be here at once: that another one has set `shared`
 * does not say that no section goes on that began alone, so each looks for itself until one of them
 * has seen all of them end.
 */
void faden__become_shared(void)
{
    unsigned i;
    if (load_acquire(&faden__settled))
        return;
    fetch_add_seq_cst(&faden__cpus_visitors, 1); /* before it looks: leave_table */
    store_relaxed(&faden__shared, 1);
    platform_barrier();
    for (i = 0; i < CPUS_MAX; i++) {
        struct cpu *cpu = load_seq_cst(&faden__cpus[i]);
        if (cpu == mycpu())
            continue;
        while (cpu && load_acquire(&cpu->depth) & (DEPTH_USER - 1))
            platform_thread_wait(NULL, 0, 0);
    }
    fetch_add_acq_rel(&faden__cpus_visitors, (uint32_t)-1);
    store_release(&faden__settled, 1);
}

void faden__plain_thread_enters(void)
{
    faden__become_shared();
    store_release(&faden__plain_threads, 1);
}
