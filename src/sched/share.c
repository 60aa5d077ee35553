/* SPDX-License-Identifier: MIT */
/*
 * Ready tasks that may move, for cpus that sleep.
 *
 * A movable task that was loose when it was woken (move.h) roams until it runs: its stack is left,
 * and nothing at the cpu belongs to it. A cpu that has more than one ready task gives half of those
 * that roam to a cpu that sleeps: when it looks around, and after a wake that put one of them at
 * the end of the queue. Who is next stays, so two that talk are not parted.
 *
 *      who has too much                    who sleeps
 *      out of the ready queue              ...
 *      place = there    (cas)
 *      the inbox, all of them at once,     wakes, empties the inbox: looks at what has ended,
 *      and one kick                        and queues them
 *
 * What move.h says of one that is taken along holds here: who ends something stores that first and
 * looks then where the task is; the task's new cpu looks at it when it says so already. Between the
 * cas and the look the task is READY, in one inbox, and in nobody's hands.
 */
#include "sched/domain.h"
#include "sched/move.h"
#include "sched/park.h"

enum {
    SHARE_LOOK = 64,  /* ready tasks that are looked at */
    SHARE_EVERY = 16, /* dispatches between two looks, while some roam */
};

struct faden__wait faden__roams;

static struct cpu *find_asleep(const struct cpu *cpu)
{
    const struct runtime *rt = cpu->runtime;
    unsigned i;
    for (i = 1; i < rt->n; i++) {
        struct cpu *other = rt->cpus[(cpu->rank + i) % rt->n];
        if (load_relaxed(&other->sleeping) == CPU_ASLEEP)
            return other;
    }
    return NULL;
}

/* Every other one that roams, but for the first of all: out of the queue and into a chain, newest
   first. Gives how many. */
static uint32_t take_half(struct cpu *cpu, faden_task **newest, faden_task **oldest)
{
    faden_task *prev = cpu->ready.first, *t;
    uint32_t n = 0, looks;
    bool give = true, roaming = false;
    for (looks = 0; looks < SHARE_LOOK && (t = prev->next); looks++) {
        if (t->wait != &faden__roams) {
            prev = t;
        } else if (!give) {
            roaming = give = true;
            prev = t;
        } else {
            give = false;
            queue_take_behind(&cpu->ready, prev);
            if (n++ == 0)
                *oldest = t;
            t->next = *newest;
            *newest = t;
        }
    }
    cpu->roaming = roaming || prev->next;
    return n;
}

static void say_where(struct cpu *from, struct cpu *to, faden_task *t)
{
    uint32_t was = load_relaxed(&t->place);
    ASSERT(t->state == FADEN_TASK_READY && t->flags & TASK_MOVABLE, "share: it is ready, and may");
    ASSERT((was & PLACE_CPU) == from->index && !(was & (PLACE_PINNED | PLACE_LOOSE)),
           "share: it is here, and stays until it is sent");
    while (!cas_seq_cst(&t->place, &was, (was & ~(uint32_t)PLACE_CPU) | to->index))
        ;
}

void share(struct cpu *cpu)
{
    faden_task *newest = NULL, *oldest = NULL, *t;
    struct cpu *to;
    uint32_t n;
    if (cpu->ready.count < 2)
        return;
    if (cpu->look_every)
        cpu->look_at = cpu->switches + SHARE_EVERY;
    if (!load_relaxed(&cpu->runtime->idlers) || !(to = find_asleep(cpu)))
        return;
    n = take_half(cpu, &newest, &oldest);
    if (!n)
        return;
    for (t = newest; t; t = t->next)
        say_where(cpu, to, t);
    fetch_add_relaxed(&cpu->coming, -n);
    fetch_add_relaxed(&to->coming, n);
    inbox_push_all(to, newest, oldest);
}

void share_soon(struct cpu *cpu, const faden_task *t)
{
    if (t->wait == &faden__roams && cpu->ready.count > 1 && cpu->ready.last == t &&
        load_relaxed(&cpu->runtime->idlers))
        cpu->look_at = cpu->switches;
}

void arrive(struct cpu *cpu, faden_task *t)
{
    ASSERT(task_cpu(t) == cpu->index && t->wait == &faden__roams, "arrive: it is for here");
    domain_refresh(t);
    cpu->roaming = true;
    queue_push(&cpu->ready, t);
}
