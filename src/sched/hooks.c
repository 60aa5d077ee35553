/* SPDX-License-Identifier: MIT */
/* Telling sanitizers about the switches of tasks. */
#include "context/hooks.h"

#include "sched/park.h"
#include "sched/preempt.h"

static bool task_side(struct side *out)
{
    const faden_task *t = mytask();
    struct stack *s = t ? t->stack : NULL;
    if (s)
        *out = (struct side){stack_low(s), stack_size(s), &s->handle, &s->fiber};
    return s;
}

bool sched_hooks(void)
{
    static struct faden__switch_ops *const all[] = {&faden__yield_ops, &faden__preempted_ops,
                                                    &faden__park_ops, &faden__end_ops,
                                                    &faden__run_ops};
    store_relaxed(&faden__side_sources[SIDE_TASK], task_side);
    return hooks_install(all, sizeof all / sizeof *all);
}
