/* SPDX-License-Identifier: MIT */
/*
 * The slot: the front of the ready queue, for whom the running task has just served.
 *
 * Who hands something over (an element, a mutex, a count) and then waits is followed by the one who
 * got it, however many are ready: what they share is still in the cache, a mutex is not held by one
 * who stands at the end of a long queue, and two that talk need not wait for all others at each
 * word. The rule:
 *
 *  1. It is the front of the queue, so whatever looks at the queue sees it. Where nobody else is
 *     ready, front and end are one, and there is nothing to do.
 *  2. It holds one, and each task may put one there until it is its turn again. All others go to
 *     the end: of several the one that waited longest is first, and the rest follow in their order.
 *  3. After SLOT_CAP that ran from it, the next one goes to the end, and it stays empty until the
 *     first of the others has had its turn, which so is overtaken SLOT_CAP times at most. Among n
 *     ready tasks each waits for n dispatches of ready ones, as without the slot, and for SLOT_CAP
 *     times n more at worst, if all of them talk.
 *
 * Who yields goes to the end. So does who is woken by a timer, a descriptor, another cpu, the end
 * of a task or of a scope: nothing was handed over there.
 *
 * While it is taken, ATTEND_SLOT keeps all from the short ways, so the count is exact and nobody
 * pays for it who does not use it.
 */
#ifndef FADEN_SCHED_SLOT_H
#define FADEN_SCHED_SLOT_H

#include "sched/park.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

enum { SLOT_CAP = 8 };

/* READY, while others are: into the slot, or to the end. */
void faden__slot_fill(struct cpu *cpu, faden_task *t);
/* For waits that name no cpu (TASK_LONG_WAYS), other cpus' and threads'. */
void faden__hand_slow(struct faden__wait *w);

/* READY, because the running task has served it: into its place. */
static inline void hand_place(struct cpu *cpu, faden_task *t)
{
    if (likely(!cpu->ready.first)) {
        cpu->handed_at = cpu->switches;
        queue_push(&cpu->ready, t);
    } else {
        faden__slot_fill(cpu, t);
    }
}

/* wake(), for who has something for the waiter. */
static inline void hand(struct cpu *cpu, struct faden__wait *w, int result)
{
    w->result = result;
    if (likely(load_relaxed(&w->home) == cpu && cpu)) {
        faden_task *t = w->task;
        ready_arrow(cpu, t);
        hand_place(cpu, t);
    } else {
        faden__hand_slow(w);
    }
}

#pragma GCC visibility pop

#endif
