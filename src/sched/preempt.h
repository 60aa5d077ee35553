/* SPDX-License-Identifier: MIT */
/* A run and the preempter of its world; preempter.h has the contract. */
#ifndef FADEN_SCHED_PREEMPT_H
#define FADEN_SCHED_PREEMPT_H

#include "sched/sched.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

/* From now on the cpus of the run are watched. Gives 0 or what preempter.begin gives. Any thread.
   Once is enough. */
int preempt_begin(struct runtime *rt);
/* In the child of a fork(2): the same for a run that wants it, or was about to. */
void preempt_after_fork(struct runtime *rt);
/* The run is over, its cpus are still there. */
void preempt_end(struct runtime *rt);

/* What tasks before have left on the stack looks like return addresses to who preempts, and would
   forbid it for as long as a frame lies over it: it goes before a preemptible task begins. */
void preempt_wipe(const struct stack *s);
void preempt_wipe_own(void);
enum { PREEMPT_FINISH = 2048 }; /* as long as the frames of finish_switch are at most */

/* How often to look: often enough for slices and for holds. */
static inline int64_t preempt_period(const faden_config *c)
{
    int64_t slice = c->time_slice ? c->time_slice : TIME_SLICE_DEFAULT;
    return c->hold_limit && c->hold_limit / 2 < slice ? c->hold_limit / 2 : slice;
}

extern struct faden__switch_ops faden__preempted_ops;

/* For the function that is active in every task, below the task's own: who preempts tasks knows by
   its section that it does nothing meanwhile. */
#define TASK_FLOOR __attribute__((section("faden_floor")))

#pragma GCC visibility pop

#endif
