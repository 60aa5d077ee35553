/* SPDX-License-Identifier: MIT */
/* The trace point. Every change of a task's state passes set_state (sched.h), which comes here. */
#include "sched/sched.h"
#include "sched/wait.h"

void (*faden__trace_fn)(const faden_trace_event *, void *);
static void *trace_arg;

void faden_trace_set(void (*fn)(const faden_trace_event *event, void *arg), void *arg)
{
    trace_arg = arg;
    faden__trace_fn = fn;
}

void faden__trace(faden_task *t, unsigned to)
{
    faden_trace_event event = {
        .task = t->id,
        .name = t->name,
        .from = (faden_task_state)t->state,
        .to = (faden_task_state)to,
        .reason = to == FADEN_TASK_PARKED ? t->wait->reason->text : NULL,
    };
    struct cpu *cpu = mycpu();
    int saved = cpu ? *cpu->platform.error : 0; /* errno is the task's, not the tracer's */
    faden__trace_fn(&event, trace_arg);
    if (cpu)
        *cpu->platform.error = saved;
}

const char *task_state_name(unsigned state)
{
    static const char *const names[] = {"new", "ready", "running", "parked", "done"};
    return state < 5 ? names[state] : "broken";
}
