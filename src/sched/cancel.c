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
    int elsewhere; /* the index of the cpu to ask instead, or -1 */
};

static void *execute(void *arg)
{
    struct request *r = arg;
    struct cpu *cpu = mycpu();
    r->elsewhere = -1;
    if (r->task) {
        r->elsewhere = task_end(cpu, r->task);
        return NULL;
    }
    if (r->error) {
        lock_acquire(cpu, &r->scope->lock);
        if (!r->scope->error)
            r->scope->error = r->error;
        lock_release(cpu, &r->scope->lock);
    }
    domain_end(cpu, &r->scope->domain, -ECANCELED);
    return NULL;
}

static void ask(struct cpu *home, struct request *r)
{
    if (likely(home == mycpu()))
        execute(r);
    else
        cpu_call(home, execute, r);
}

int faden_cancel(faden_task *t)
{
    struct request r = {.task = t};
    uint32_t at = task_cpu(t);
    do { /* a new one may be stolen meanwhile */
        ask(faden__cpus[at], &r);
        at = (uint32_t)r.elsewhere;
    } while (r.elsewhere >= 0);
    return 0;
}

static int end_scope(faden_scope *s, int error)
{
    struct request r = {.scope = s, .error = error};
    const faden_task *owner = s->domain.owner;
    ask(owner ? faden__cpus[task_cpu(owner)] : runtime_of(s)->cpus[0], &r);
    return 0;
}

int faden_scope_cancel(faden_scope *s)
{
    return end_scope(s, 0);
}

int faden_scope_fail(faden_scope *s, int error)
{
    return error < 0 ? end_scope(s, error) : -EINVAL;
}
