/* SPDX-License-Identifier: MIT */
/* The user's part of the preempt depth. */
#include "sched/sched.h"

void faden_preempt_disable_at(const char *site)
{
    struct cpu *cpu = mycpu();
    CHECK(mytask(), "faden_preempt_disable: called outside of a task (at %s)", site);
    if (cpu->depth < DEPTH_USER)
        cpu->disabled_at = site;
    cpu->attention |= ATTEND_DISABLED;
    store_relaxed(&cpu->depth, cpu->depth + DEPTH_USER);
}

void faden_preempt_enable(void)
{
    struct cpu *cpu = mycpu();
    CHECK(mytask() && cpu->depth >= DEPTH_USER,
          "faden_preempt_enable: preemption is not disabled: there was no faden_preempt_disable "
          "before");
    store_relaxed(&cpu->depth, cpu->depth - DEPTH_USER);
    if (cpu->depth < DEPTH_USER)
        cpu->attention &= ~(uint32_t)ATTEND_DISABLED;
}
