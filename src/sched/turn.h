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

/* New tasks that are not among the cpu's own: offered to others, and pinned. */
static inline size_t new_among_peers(const struct cpu *cpu)
{
    return deque_count(&cpu->offers) + cpu->kept.count;
}

/* All new tasks. */
static inline size_t new_count(const struct cpu *cpu)
{
    return cpu->fresh.count + (unlikely(cpu->peers) ? new_among_peers(cpu) : 0);
}

static inline bool has_new(const struct cpu *cpu)
{
    return cpu->fresh.newest || (unlikely(cpu->peers) && new_among_peers(cpu));
}

static inline enum turn turn_of_new(struct cpu *cpu)
{
    if (cpu->ready.first) {
        if (cpu->quota > new_count(cpu)) /* left from when there were more */
            cpu->quota = (uint32_t)new_count(cpu);
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
    size_t share = new_count(cpu);
    if (unlikely(cpu->ready.count != 1))
        share /= cpu->ready.count;
    if (share > cpu->quota)
        cpu->quota = share < UINT32_MAX ? (uint32_t)share : UINT32_MAX;
}

/* One of those that are offered, or pinned; if there are both they take turns. */
static inline faden_task *take_among_peers(struct cpu *cpu, enum turn which)
{
    bool kept = cpu->kept.first && (cpu->kept_next || !deque_count(&cpu->offers));
    cpu->kept_next = !kept;
    if (kept)
        return queue_pop(&cpu->kept);
    return which == TURN_OLDEST ? deque_steal(&cpu->offers) : deque_take(&cpu->offers);
}

/* The new task whose turn it is, out of its queue. NULL: another cpu was faster. What is offered is
   older than what is not. */
static inline faden_task *take_fresh(struct cpu *cpu, enum turn which)
{
    faden_task *t = NULL;
    if (unlikely(cpu->peers) && (which == TURN_OLDEST || !cpu->fresh.newest) &&
        new_among_peers(cpu))
        t = take_among_peers(cpu, which);
    else if (likely(cpu->fresh.newest))
        t = which == TURN_OLDEST ? fresh_pop_oldest(&cpu->fresh) : fresh_pop_newest(&cpu->fresh);
    if (!has_new(cpu))
        cpu->attention &= ~(uint32_t)ATTEND_NEW;
    return t;
}

#endif
