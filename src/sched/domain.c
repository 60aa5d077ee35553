/* SPDX-License-Identifier: MIT */
/* Opening, closing and ending domains; domain.h draws them. */
#include "sched/domain.h"

#include "sched/move.h"
#include "sched/park.h"
#include "sched/spawn.h"

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
            if (load_seq_cst(&owner->place) & PLACE_CANCELLED) {
                code = -ECANCELED;
                *decider = NULL;
            }
            owner = d ? d->owner : NULL;
        }
        if (!d)
            return code;
        if (load_seq_cst(&d->ended)) {
            code = load_relaxed(&d->ended);
            *decider = d;
        }
        d = d->outer;
    }
}

void domain_refresh(faden_task *t)
{
    struct faden__domain *decider;
    if (domain_code(t, t->domain, &decider))
        t->flags |= TASK_ENDED;
    else
        t->flags &= (uint8_t)~TASK_ENDED;
}

int faden__ended_code(faden_task *t)
{
    struct faden__domain *decider = NULL;
    int code = domain_code(t, t->domain, &decider);
    if (code && decider)
        store_relaxed(&decider->decided, 1);
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
    *d = (struct faden__domain){.owner = self, .kind = kind, .site = site, .outer = self->domain};
    self->domain = d;
    if (kind == DOMAIN_SHIELD)
        self->flags &= (uint8_t)~TASK_ENDED;
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
    self->domain = d->outer;
    if (d->kind & DOMAIN_SHIELD || self->flags & TASK_ENDED)
        domain_refresh(self);
}

/* ---- ending, on one cpu ------------------------------------------------------------------ */

/* `t`, of this cpu, looks at what ended: mark it, and end its wait if it is in one that can be. */
static void interrupt(struct cpu *cpu, faden_task *t)
{
    struct faden__domain *decider = NULL;
    struct faden__wait *w = t->wait;
    int code = domain_code(t, t->domain, &decider);
    if (!code)
        return;
    t->flags |= TASK_ENDED;
    if (t->state != FADEN_TASK_PARKED || w->sticky || !claim_unlocked(cpu, w))
        return;
    if (decider && !w->tentative)
        store_relaxed(&decider->decided, 1);
    wake(cpu, w, code);
}

/* Put the scopes that `t`, of this cpu, opened inside of `limit` (excluded), and that no shield
   protects, on the worklist, and interrupt t. */
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

/* `t` is NEW, or it has started on this cpu, or else it is on another one. The place is asked last:
   a new one may be stolen, and start elsewhere, at any moment. */
enum whereabouts { HERE_NEW, HERE, ELSEWHERE };
static enum whereabouts where(const struct cpu *cpu, faden_task *t)
{
    if ((load_seq_cst(&t->place) & PLACE_CPU) != cpu->index)
        return ELSEWHERE;
    if (state_seen(t) == FADEN_TASK_NEW)
        return HERE_NEW;
    return hold_here(cpu, t) ? HERE : ELSEWHERE;
}

/* The news of the end of `s` reaches `t`, one of its tasks. */
static void tell(struct cpu *cpu, faden_scope *s, faden_task *t, faden_scope **worklist)
{
    enum whereabouts at = where(cpu, t);
    if (at == HERE_NEW)
        task_mark(t, PLACE_ENDED); /* perhaps just stolen: then the round goes there, too */
    else if (at == HERE && t->state != FADEN_TASK_DONE)
        spread(cpu, t, &s->domain, worklist);
}

/* ---- going round ------------------------------------------------------------------------- */

/* How far `cpu` is from `from`, going round. */
static unsigned distance(const struct cpu *from, const struct cpu *cpu)
{
    unsigned n = from->runtime->n;
    return (cpu->rank + n - from->rank) % n;
}

/* Tell the tasks of `s` that are here. The scope's lock is held. */
static void tell_all(struct cpu *cpu, faden_scope *s, faden_scope **worklist)
{
    faden_task *t;
    for (t = s->first; t; t = t->younger)
        tell(cpu, s, t, worklist);
}

/* The next cpu of the round that has tasks of `s`, or NULL. The scope's lock is held. */
static struct cpu *next_of_round(const struct cpu *cpu, const faden_scope *s)
{
    struct cpu *origin = cpu->runtime->cpus[s->origin], *next = NULL;
    unsigned here = distance(origin, cpu);
    const faden_task *t;
    for (t = s->first; t; t = t->younger) {
        struct cpu *at = faden__cpus[load_seq_cst(&t->place) & PLACE_CPU];
        unsigned far = distance(origin, at);
        if (far > here && (!next || far < distance(origin, next)))
            next = at;
    }
    return next;
}

static void send_news(struct cpu *to, faden_scope *s)
{
    faden_scope *first = load_relaxed(&to->visits);
    do
        s->visit_next = first;
    while (!cas_seq_cst(&to->visits, &first, s));
    cpu_note(to);
}

/* `s` has ended, here: on the cpu of its opener, or of who opened what is around it. */
static void begin_round(struct cpu *cpu, faden_scope *s, faden_scope **worklist)
{
    struct cpu *next = NULL;
    lock_acquire(cpu, &s->lock);
    if (s->visiting) {
        s->again = 1; /* when the round is done */
    } else {
        tell_all(cpu, s, worklist);
        s->origin = cpu->rank;
        next = next_of_round(cpu, s);
    }
    if (next) {
        s->visiting = 1;
        s->live++;
    }
    lock_release(cpu, &s->lock);
    if (next)
        send_news(next, s);
}

static void spread_scopes(struct cpu *cpu, faden_scope *worklist)
{
    while (worklist) {
        faden_scope *s = worklist;
        worklist = s->worklist;
        begin_round(cpu, s, &worklist);
    }
}

/* The news of the end of `s` has come here. */
static void visit(struct cpu *cpu, faden_scope *s)
{
    faden_scope *worklist = NULL;
    struct faden__wait *closer = NULL;
    struct cpu *next;
    bool emptied = false;
    lock_acquire(cpu, &s->lock);
    tell_all(cpu, s, &worklist);
    next = next_of_round(cpu, s);
    if (!next && s->again) { /* here it has been heard */
        s->again = 0;
        s->origin = cpu->rank;
        next = next_of_round(cpu, s);
    }
    if (!next) {
        s->visiting = 0;
        if (--s->live == 0) {
            closer = scope_emptied(s);
            emptied = !s->domain.owner;
        }
    }
    lock_release(cpu, &s->lock);
    if (next)
        send_news(next, s);
    if (emptied)
        part_emptied(cpu, s);
    if (closer)
        wake(cpu, closer, 0);
    spread_scopes(cpu, worklist);
}

void domain_visits(struct cpu *cpu)
{
    faden_scope *s = exchange_seq_cst(&cpu->visits, NULL);
    while (s) {
        faden_scope *next = s->visit_next;
        visit(cpu, s);
        s = next;
    }
}

/* ---- ending ------------------------------------------------------------------------------ */

/* The root scope lies in parts, one at each cpu. */
static faden_scope *parts_of_root(struct runtime *rt)
{
    faden_scope *worklist = NULL;
    unsigned i;
    for (i = rt->n; i-- > 0;) {
        rt->cpus[i]->root.worklist = worklist;
        worklist = &rt->cpus[i]->root;
    }
    return worklist;
}

void domain_end(struct cpu *cpu, struct faden__domain *d, int code)
{
    faden_scope *worklist = NULL;
    if (d->ended)
        return;
    store_seq_cst(&d->ended, code);
    if (!d->owner) {
        worklist = parts_of_root(cpu->runtime);
    } else if (domain_is(d, DOMAIN_SCOPE)) {
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

/*
 * It is marked where it is, or not at all: a marked one may end, be joined, and be another task
 * before this call has found it. While a task's place is here, only this cpu starts it; a new one
 * takes the mark along when it is stolen, heeds it when it starts, and may be gone when the cas is
 * done. A loose one is held here by the same cas (move.h).
 */
int task_end(struct cpu *cpu, faden_task *t)
{
    faden_scope *worklist = NULL;
    uint32_t was = load_seq_cst(&t->place);
    unsigned state;
    do {
        if ((was & PLACE_CPU) != cpu->index)
            return (int)(was & PLACE_CPU);
        state = state_seen(t);
    } while (!cas_seq_cst(&t->place, &was, (was & ~(uint32_t)PLACE_LOOSE) | PLACE_CANCELLED));
    if (state == FADEN_TASK_NEW || state == FADEN_TASK_DONE)
        return -1;
    spread(cpu, t, scope_of(t), &worklist);
    spread_scopes(cpu, worklist);
    return -1;
}
