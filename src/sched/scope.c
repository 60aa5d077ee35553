/* SPDX-License-Identifier: MIT */
/* Scopes and shields: see task.h for what they promise, domain.h for how they nest. */
#include "sched/domain.h"
#include "sched/park.h"
#include "sched/record.h"
#include "sched/spawn.h"

int faden_scope_open_at(faden_scope *s, const char *site)
{
    *s = (faden_scope){.first = NULL};
    domain_open(&s->domain, DOMAIN_SCOPE, site, "faden_scope_open");
    return 0;
}

static const struct reason closing = {"its scope to empty (faden_scope_close)", NULL};

void scope_release_done(struct cpu *cpu, faden_scope *s)
{
    faden_task *t, *next;
    for (t = s->first; t; t = next) {
        next = t->younger;
        ASSERT(t->state == FADEN_TASK_DONE, "scope close: all tasks are done");
        record_put(cpu, t);
    }
    s->first = s->last = NULL;
}

int faden_scope_close(faden_scope *s)
{
    struct cpu *cpu = mycpu();
    int result;
    CHECK(mytask() == s->domain.owner,
          "faden_scope_close: the scope opened at %s is closed by another task than its opener",
          s->domain.site);
    lock_acquire(cpu, &s->lock);
    while (s->live) { /* somebody may spawn into it between our wake and our turn */
        struct faden__wait w;
        wait_init(cpu, &w, &closing, s);
        w.sticky = 1;
        s->closer = &w;
        park(cpu, &w, &s->lock);
        cpu = mycpu_after_wait();
        lock_acquire(cpu, &s->lock);
    }
    lock_release(cpu, &s->lock);
    scope_release_done(cpu, s);
    result = s->error ? s->error : s->domain.ended;
    domain_close(&s->domain, "faden_scope_close");
    return result;
}

faden_scope *faden_root(void)
{
    struct cpu *cpu = mycpu();
    return cpu ? &cpu->runtime->root : NULL;
}

void faden_shield_begin_at(faden_shield *s, const char *site)
{
    domain_open(&s->domain, DOMAIN_SHIELD, site, "faden_shield_begin");
}

void faden_shield_end(faden_shield *s)
{
    domain_close(&s->domain, "faden_shield_end");
}
