/* SPDX-License-Identifier: MIT */
/*
 * Domains: what can end, nested in the frames of tasks.
 *
 *      root scope <- task -- timeout -- scope B -- shield
 *                                        |
 *                                      task -- scope C
 *
 * task->domain is the innermost one; `outer` leads outwards, through the scope the task was spawned
 * into to what was around that scope, up to the root scope. faden_cancel(task) ends an unnamed
 * domain between the task's own ones and its scope. The code that a wait returns is decided by the
 * outermost one that has ended, up to the first shield.
 *
 * All of it is guarded by the tree lock; task->flags & TASK_ENDED is kept up to date for the owner
 * and all inheritors, so that a wait looks at one bit.
 */
#ifndef FADEN_SCHED_DOMAIN_H
#define FADEN_SCHED_DOMAIN_H

#include "sched/sched.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

enum domain_kind {
    DOMAIN_SCOPE = 1,
    DOMAIN_TIMEOUT = 2,
    DOMAIN_SHIELD = 4,
    DOMAIN_DECIDED = 8, /* a wait returned because of this one */
};

static inline bool domain_is(const struct faden__domain *d, enum domain_kind kind)
{
    return d->kind & kind;
}

/* Open `d` as the innermost domain of the running task; close it again. `what` and `call` name it
   for panics. The functions take the tree lock. */
void domain_open(struct faden__domain *d, enum domain_kind kind, const char *site,
                 const char *call);
void domain_close(struct faden__domain *d, const char *call);

/* The code that ends waits of a task whose innermost domain is `d` (0: none). `decider` gets the
   domain, or NULL if faden_cancel on a task decided. Tree lock held. */
int domain_code(const faden_task *t, struct faden__domain *d, struct faden__domain **decider);

/* End `d` with `code` and interrupt whom that concerns. Tree lock held. */
void domain_end(struct cpu *cpu, struct faden__domain *d, int code);
/* The same for faden_cancel. Tree lock held. */
void task_end(struct cpu *cpu, faden_task *t);

#pragma GCC visibility pop

#endif
