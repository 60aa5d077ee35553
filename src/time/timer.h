/* SPDX-License-Identifier: MIT */
/* Timers of the calling cpu. fire() runs in the scheduler context, once, with the timer disarmed.
 */
#ifndef FADEN_TIME_TIMER_H
#define FADEN_TIME_TIMER_H

#include "sched/sched.h"

/* A block for the wheel, if there is memory for one; it does without. */
static inline void timer_supply(struct cpu *cpu)
{
    struct wheel_block *b = platform_alloc(sizeof *b);
    if (b)
        wheel_give(&cpu->timers, b);
}

static inline void timer_arm(struct cpu *cpu, struct faden__timer *t, int64_t when,
                             void (*fire)(struct faden__timer *))
{
    t->when = when;
    t->fire = fire;
    t->heap = NULL;
    if (when == FADEN_FOREVER)
        return;
    if (unlikely(!cpu->timers.spare))
        timer_supply(cpu);
    wheel_insert(&cpu->timers, t);
}

/* If it is armed: on the cpu that armed it. */
static inline void timer_disarm(struct cpu *cpu, struct faden__timer *t)
{
    if (t->heap)
        wheel_remove(&cpu->timers, t);
}

/* now + ns, without overflow. */
static inline int64_t time_after(int64_t ns)
{
    int64_t now = platform_now();
    return ns > FADEN_FOREVER - now ? FADEN_FOREVER : now + ns;
}

#endif
