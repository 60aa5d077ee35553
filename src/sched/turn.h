/* SPDX-License-Identifier: MIT */
/* Whose turn it is: a ready task's or a new one's. */
#ifndef FADEN_SCHED_TURN_H
#define FADEN_SCHED_TURN_H

#include "sched/sched.h"

/*
 * The rule. Where there are both ready and new tasks they take turns, one and one. Of the new ones
 * the newest is next (depth first: a tree of tasks then needs few stacks at a time), but every 32nd
 * the oldest, so that none waits for ever behind an endless spawner.
 *
 * A task that yields wants the others to run: before the next ready one, as many new ones begin as
 * there are for each ready one. So a spawner that yields finds its new tasks begun.
 */
enum turn { TURN_READY, TURN_NEWEST, TURN_OLDEST };

static inline enum turn turn_of_new(struct cpu *cpu)
{
    if (cpu->ready.first) {
        if (cpu->quota > cpu->fresh.count) /* left from when there were more */
            cpu->quota = (uint32_t)cpu->fresh.count;
        if (cpu->quota == 0) {
            cpu->quota = 1;
            return TURN_READY;
        }
        cpu->quota--;
    }
    if (cpu->oldest_in == 0) {
        cpu->oldest_in = 31;
        return TURN_OLDEST;
    }
    cpu->oldest_in--;
    return TURN_NEWEST;
}

static inline void let_begin(struct cpu *cpu)
{
    size_t share = cpu->fresh.count / cpu->ready.count;
    if (share > cpu->quota)
        cpu->quota = share < UINT32_MAX ? (uint32_t)share : UINT32_MAX;
}

/* The new task whose turn it is, out of its queue. */
static inline faden_task *take_fresh(struct cpu *cpu, enum turn which)
{
    faden_task *t =
        which == TURN_OLDEST ? fresh_pop_oldest(&cpu->fresh) : fresh_pop_newest(&cpu->fresh);
    if (!cpu->fresh.newest)
        cpu->attention &= ~(uint32_t)ATTEND_NEW;
    return t;
}

#endif
