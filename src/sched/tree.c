/* SPDX-License-Identifier: MIT */
/*
 * Visiting every task of a run. The tree has two kinds of node in turn: a scope holds tasks, a task
 * opens scopes (the domains in its frames, innermost first). The walk needs no memory of its own:
 * from a task it goes down into the outermost scope that the task opened, on to the next younger
 * task, or up to the task that opened the scope.
 */
#include "sched/tree.h"

#include "sched/domain.h"
#include "sched/park.h"

/* Of the scopes that `t` opened and that have tasks: the outermost one inside of `limit`. */
static faden_scope *scope_inside(faden_task *t, const struct faden__domain *limit)
{
    struct faden__domain *d;
    faden_scope *found = NULL;
    if (t->state == FADEN_TASK_DONE)
        return NULL;
    for (d = t->domain; d != limit && d->owner == t; d = d->outer)
        if (domain_is(d, DOMAIN_SCOPE) && ((faden_scope *)d)->first)
            found = (faden_scope *)d;
    return found;
}

static struct faden__domain *spawned_into(const faden_task *t)
{
    struct faden__domain *d = t->domain;
    while (d->owner == t)
        d = d->outer;
    return d;
}

/* The first task in the parts of the root scope from the cpu with that rank on. */
static faden_task *first_from(struct runtime *rt, unsigned rank)
{
    for (; rank < rt->n; rank++)
        if (rt->cpus[rank]->root.first)
            return rt->cpus[rank]->root.first;
    return NULL;
}

faden_task *tree_first(struct runtime *rt)
{
    return first_from(rt, 0);
}

faden_task *tree_next(struct runtime *rt, faden_task *t)
{
    faden_scope *s = scope_inside(t, spawned_into(t));
    while (!s) {
        struct faden__domain *in;
        if (t->younger)
            return t->younger;
        in = spawned_into(t);
        t = in->owner;
        if (!t) {
            struct cpu *home = (struct cpu *)((char *)in - offsetof(struct cpu, root));
            return first_from(rt, home->rank + 1);
        }
        s = scope_inside(t, in); /* the next scope of the same opener, further in */
    }
    return s->first;
}

/* ---- one task ---------------------------------------------------------------------------- */

void task_describe(faden_task *t, faden_task_info *info, bool with_stack)
{
    const struct cpu *cpu = faden__cpus[task_cpu(t)];
    *info = (faden_task_info){
        .id = t->id,
        .name = t->name,
        .site = t->site,
        .state = (faden_task_state)t->state,
        .since = cpu->runtime->start + t->since * FADEN_MSEC,
    };
    if (t->state == FADEN_TASK_PARKED) {
        const struct faden__wait *w = t->wait;
        faden_task *holder = w->reason->holder ? w->reason->holder(w->object) : NULL;
        info->reason = w->reason->text;
        info->object = w->object;
        info->waits_for = holder ? holder->id : 0;
    }
    if (t->stack && t->state != FADEN_TASK_DONE) {
        info->stack_size = stack_size(t->stack);
        if (with_stack)
            info->stack_high_water = stack_high_water(t->stack);
    }
}

/* ---- from anywhere ----------------------------------------------------------------------- */

struct visit {
    void (*fn)(struct runtime *, void *);
    void *arg;
};

static void *visit(void *arg)
{
    struct visit *v = arg;
    struct cpu *cpu = mycpu();
    if (cpu->peers)
        world_stop(cpu);
    lock_acquire(cpu, &cpu->runtime->tree_lock); /* threads do not stop, but wait */
    v->fn(cpu->runtime, v->arg);
    lock_release(cpu, &cpu->runtime->tree_lock);
    if (cpu->peers)
        world_go_on(cpu);
    return NULL;
}

int on_cpu_of_caller(void (*fn)(struct runtime *rt, void *arg), void *arg)
{
    struct visit v = {fn, arg};
    struct runtime *rt;
    if (mycpu()) {
        visit(&v);
        return 0;
    }
    rt = runtime_enter();
    if (!rt)
        return -ESRCH;
    cpu_call(rt->cpus[0], visit, &v);
    runtime_leave(rt);
    return 0;
}
