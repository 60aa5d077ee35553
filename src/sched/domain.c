/* SPDX-License-Identifier: MIT */
/* Opening, closing and ending domains; domain.h draws them. */
#include "sched/domain.h"

#include "sched/park.h"

static struct cpu *require_task(const char *call)
{
    struct cpu *cpu = mycpu();
    CHECK(mytask(), "%s: called outside of a task", call);
    return cpu;
}

int domain_code(const faden_task *t, struct faden__domain *d, struct faden__domain **decider)
{
    const faden_task *owner = t;
    int code = 0;
    for (;;) {
        if (d && domain_is(d, DOMAIN_SHIELD))
            return code;
        if (owner && (!d || d->owner != owner)) { /* between the owner's domains and its scope */
            if (owner->flags & TASK_CANCELLED) {
                code = -ECANCELED;
                *decider = NULL;
            }
            owner = d ? d->owner : NULL;
        }
        if (!d)
            return code;
        if (d->ended) {
            code = d->ended;
            *decider = d;
        }
        d = d->outer;
    }
}

static void refresh(faden_task *t)
{
    struct faden__domain *decider;
    if (domain_code(t, t->domain, &decider))
        t->flags |= TASK_ENDED;
    else
        t->flags &= (uint8_t)~TASK_ENDED;
}

int faden__ended_code(faden_task *t)
{
    struct cpu *cpu = mycpu();
    struct faden__domain *decider = NULL;
    int code;
    lock_acquire(cpu, &faden__tree_lock);
    code = domain_code(t, t->domain, &decider);
    if (code && decider)
        decider->kind |= DOMAIN_DECIDED;
    lock_release(cpu, &faden__tree_lock);
    return code;
}

int faden_cancelled(void)
{
    struct cpu *cpu = require_task("faden_cancelled");
    return ended(cpu);
}

void domain_open(struct faden__domain *d, enum domain_kind kind, const char *site, const char *call)
{
    struct cpu *cpu = require_task(call);
    faden_task *self = cpu->current;
    *d = (struct faden__domain){.owner = self, .kind = kind, .site = site};
    lock_acquire(cpu, &faden__tree_lock);
    d->outer = self->domain;
    self->domain = d;
    if (kind == DOMAIN_SHIELD)
        self->flags &= (uint8_t)~TASK_ENDED;
    lock_release(cpu, &faden__tree_lock);
}

void domain_close(struct faden__domain *d, const char *call)
{
    struct cpu *cpu = require_task(call);
    faden_task *self = cpu->current;
    CHECK(d->owner == self, "%s: task '%s' did not open it (opened at %s)", call, task_name(self),
          d->site);
    CHECK(self->domain == d,
          "%s: scopes, timeouts and shields close in reverse order: the one opened at %s is still "
          "open within the one opened at %s",
          call, self->domain->site, d->site);
    lock_acquire(cpu, &faden__tree_lock);
    self->domain = d->outer;
    if (d->kind & DOMAIN_SHIELD || self->flags & TASK_ENDED)
        refresh(self);
    lock_release(cpu, &faden__tree_lock);
}

/* ---- ending ------------------------------------------------------------------------------ */

/* `t` looks at what ended: mark it, and end its wait if it is in one that can be ended. */
static void interrupt(struct cpu *cpu, faden_task *t)
{
    struct faden__domain *decider = NULL;
    struct faden__wait *w = t->wait;
    int code = domain_code(t, t->domain, &decider);
    if (!code)
        return;
    t->flags |= TASK_ENDED;
    if (t->state != FADEN_TASK_PARKED || w->sticky || !claim(w))
        return;
    if (decider)
        decider->kind |= DOMAIN_DECIDED;
    wake(cpu, w, code);
}

/* Put the scopes that `t` opened inside of `limit` (excluded), and that no shield protects, on the
   worklist, and interrupt t. */
static void spread(struct cpu *cpu, faden_task *t, const struct faden__domain *limit,
                   faden_scope **worklist)
{
    struct faden__domain *d, *from = t->domain;
    for (d = t->domain; d != limit; d = d->outer)
        if (domain_is(d, DOMAIN_SHIELD))
            from = d->outer;
    for (d = from; d != limit; d = d->outer)
        if (domain_is(d, DOMAIN_SCOPE)) {
            faden_scope *s = (faden_scope *)d;
            s->worklist = *worklist;
            *worklist = s;
        }
    interrupt(cpu, t);
}

static void spread_scopes(struct cpu *cpu, faden_scope *worklist)
{
    while (worklist) {
        faden_scope *s = worklist;
        faden_task *t;
        worklist = s->worklist;
        for (t = s->first; t; t = t->younger)
            if (t->state != FADEN_TASK_DONE)
                spread(cpu, t, &s->domain, &worklist);
    }
}

void domain_end(struct cpu *cpu, struct faden__domain *d, int code)
{
    faden_scope *worklist = NULL;
    if (d->ended)
        return;
    d->ended = code;
    if (domain_is(d, DOMAIN_SCOPE)) {
        worklist = (faden_scope *)d;
        worklist->worklist = NULL;
    }
    if (d->owner)
        spread(cpu, d->owner, d, &worklist);
    spread_scopes(cpu, worklist);
}

/* The scope that `t` was spawned into: the first domain out that is not its own. */
static struct faden__domain *scope_of(const faden_task *t)
{
    struct faden__domain *d = t->domain;
    while (d->owner == t)
        d = d->outer;
    return d;
}

void task_end(struct cpu *cpu, faden_task *t)
{
    faden_scope *worklist = NULL;
    if (t->state == FADEN_TASK_DONE || t->flags & TASK_CANCELLED)
        return;
    t->flags |= TASK_CANCELLED;
    spread(cpu, t, scope_of(t), &worklist);
    spread_scopes(cpu, worklist);
}
