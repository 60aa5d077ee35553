/* SPDX-License-Identifier: MIT */
/*
 * How every call of this layer goes: begin, try, wait while the try gives EAGAIN, end.
 *
 * No edge is lost between the try and the wait:
 *
 *      task                                  poller (its cpu's scheduler context)
 *      seen = edges
 *      try: EAGAIN
 *                                            lock; edges++; wake the first on the list; unlock
 *      lock
 *      edges != seen: unlock, try again
 *      edges == seen: join the list, park; the lock opens when the task is off its stack
 *                                            lock; edges++; wake the first on the list; unlock
 *      try again
 *
 * Nobody clears anything, so a second task that waits in the same direction, on whichever cpu, does
 * not take the edge away from the first.
 *
 * An edge wakes one waiter. When its call ends, it may have left something, so it wakes the next.
 * Only if its try gave EAGAIN there is nothing to hand on: it waits again, at the head of the list,
 * so that who comes anew and is faster does not starve it. (Waking all made the same one win each
 * time, since the losers came back in the same order.)
 *
 * Who only looks (poll.c) takes nothing, and may look for something else: an edge wakes all of
 * those, and one of the others. They stand in front.
 *
 * Fairness: a task whose calls never wait gives way after IO_BUDGET of them.
 */
#ifndef FADEN_IO_IO_H
#define FADEN_IO_IO_H

#include <faden/io.h>

#include "io/descriptor.h"

enum { IO_BUDGET = 32 };

struct call {
    struct cpu *cpu;
    struct descriptor *d;
    int fd;
    bool woken; /* by an edge: what this call leaves is for the next waiter */
};

/* How many calls this cpu has served without a switch. */
struct budget {
    uint64_t switches;
    uint32_t calls;
};
extern _Thread_local struct budget faden__io_budget __attribute__((tls_model("initial-exec")));
void faden__io_give_way(struct cpu *cpu);

static inline void budget_use(struct cpu *cpu)
{
    struct budget *b = &faden__io_budget;
    if (b->switches != cpu->switches) {
        b->switches = cpu->switches;
        b->calls = 0;
    } else if (unlikely(++b->calls >= IO_BUDGET)) {
        faden__io_give_way(cpu);
    }
}

/* In a task. 0, or the code that ends its waits, or -EBADF, -ENOMEM. */
static inline int call_begin(struct call *c, struct cpu *cpu, int fd)
{
    int err;
    budget_use(cpu);
    err = ended(cpu);
    if (unlikely(err < 0))
        return err;
    if (unlikely(fd < 0))
        return -EBADF;
    c->cpu = cpu;
    c->fd = fd;
    c->woken = false;
    c->d = descriptor_find(fd);
    if (unlikely(!c->d)) {
        err = descriptor_make(fd, &c->d);
        if (err < 0)
            return err;
    }
    return likely(descriptor_enter(cpu, c->d)) ? 0 : -EBADF;
}

/* Wake the next waiter, if there is one. */
void faden__hand_on(struct cpu *cpu, struct descriptor *d, enum direction dir);

static inline void call_end(struct call *c, enum direction dir)
{
    if (c->woken)
        faden__hand_on(c->cpu, c->d, dir);
    descriptor_leave(c->cpu, c->d);
}

static inline bool call_is(const struct call *c, enum what kind)
{
    return (what_of(c->d) & IS_KIND) == (uint32_t)kind;
}

/* Before anything is watched, or a thread of the pool made. */
void ready_init(void);

/* See to it that edges in this direction are told. The lock is held. 0: wait; -EAGAIN: look again;
   or why it cannot be. */
int faden__watch(struct call *c, enum direction dir);

/* In a list of a descriptor `elem` says that the waiter only looks. */
static inline bool only_looks(const struct faden__waiter *w)
{
    return w->elem;
}

/* At the head of the list, or of those behind the ones that only look; else at the end. */
static inline void enlist_waiter(struct faden__waitlist *list, struct faden__waiter *me,
                                 bool at_head)
{
    struct faden__waiter *next = list->first;
    while (unlikely(next && at_head && only_looks(next) && !only_looks(me)))
        next = next->next;
    if (likely(!next) || !at_head) {
        waitlist_join(list, me);
        return;
    }
    me->list = list;
    me->prev = next->prev;
    me->next = next;
    if (next->prev)
        next->prev->next = me;
    else
        list->first = me;
    next->prev = me;
}

/* The try after `seen` was read gave EAGAIN. 0: try again. */
__attribute__((always_inline)) static inline int call_wait(struct call *c, enum direction dir,
                                                           uint32_t seen,
                                                           const struct reason *reason)
{
    struct descriptor *d = c->d;
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(c->cpu); /* perhaps since it was woken */
    if (unlikely(result < 0))
        return result;
    lock_acquire(c->cpu, &d->lock);
    if (unlikely(d->edges[dir] != seen || load_relaxed(&d->calls) & CALLS_CLOSING)) {
        result = load_relaxed(&d->calls) & CALLS_CLOSING ? -EBADF : 0;
        lock_release(c->cpu, &d->lock);
        return result;
    }
    if (unlikely(!(d->interest & 1u << dir && what_of(d) & IS_OURS && d->suspect))) {
        result = faden__watch(c, dir);
        if (result < 0) {
            lock_release(c->cpu, &d->lock);
            return result == -EAGAIN ? 0 : result;
        }
    }
    wait_init(c->cpu, &w, reason, (void *)(intptr_t)c->fd);
    w.outside = 1;
    enlist_waiter(&d->waiters[dir], &me, c->woken);
    result = park(c->cpu, &w, &d->lock);
    if (likely(result == 0)) {
        c->woken = true;
        return 0;
    }
    lock_acquire(c->cpu, &d->lock);
    waitlist_leave(&me);
    lock_release(c->cpu, &d->lock);
    return result;
}

/* ---- plain threads ----------------------------------------------------------------------- */

/* A call in a plain thread gave -EAGAIN: wait until it need not. 0: try again; -EAGAIN: the
   descriptor is in blocking mode, so that was the answer. */
int thread_wait(int fd, enum direction dir);


#endif
