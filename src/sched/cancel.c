/* SPDX-License-Identifier: MIT */
/*
 * Cancellation. Ending something looks into tasks (what they wait for), which only their own cpu
 * may do: elsewhere the request is sent there and waited for.
 */
#include "sched/domain.h"
#include "sched/park.h"

struct request {
    faden_scope *scope;
    faden_task *task;
    int error;
};

static void *execute(void *arg)
{
    struct request *r = arg;
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &faden__tree_lock);
    if (r->scope) {
        if (r->error && !r->scope->error)
            r->scope->error = r->error;
        domain_end(cpu, &r->scope->domain, -ECANCELED);
    } else {
        task_end(cpu, r->task);
    }
    lock_release(cpu, &faden__tree_lock);
    return NULL;
}

static int request(struct request r)
{
    struct cpu *home = r.task ? faden__cpus[r.task->cpu] : runtime_of(r.scope)->cpu;
    if (likely(home == mycpu()))
        execute(&r);
    else
        cpu_call(home, execute, &r);
    return 0;
}

int faden_cancel(faden_task *t)
{
    return request((struct request){.task = t});
}

int faden_scope_cancel(faden_scope *s)
{
    return request((struct request){.scope = s});
}

int faden_scope_fail(faden_scope *s, int error)
{
    if (error >= 0)
        return -EINVAL;
    return request((struct request){.scope = s, .error = error});
}
