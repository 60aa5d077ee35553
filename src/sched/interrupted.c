/* SPDX-License-Identifier: MIT */
/*
 * What a world that has interrupted a task asks and tells. Like the handler that calls it, this
 * file is compiled without sanitizers: one of them may be what was interrupted, in the middle of
 * its own records, and what it inserts would come in between.
 */
#include "platform/preempter.h"

#include "sched/park.h"

bool preempt_current(struct preempt_task *out)
{
    const struct cpu *cpu = mycpu();
    const faden_task *t = mytask();
    const struct stack *s = t ? t->stack : NULL;
    if (!s)
        return false;
    *out = (struct preempt_task){
        .switches = (size_t)cpu->switches,
        .cpu = cpu->index,
        .preemptible = t->flags & TASK_PREEMPTIBLE,
        .disabled = cpu->depth,
        .in_coroutine = faden__here.coro,
        .low = stack_low(s),
        .base = stack_first_frame(s),
        .id = t->id,
        .name = t->name,
        .site = t->site,
    };
    return true;
}

void preempt_refuse(void)
{
    struct cpu *cpu = mycpu();
    cpu->refused_at = cpu->switches;
    cpu->attention |= ATTEND_RESCHED;
}
