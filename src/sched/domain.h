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
 * The way outwards needs no lock: what is around a domain stays as long as it. A domain is opened,
 * closed and ended on the cpu of its owner only, and only there is the owner told (TASK_ENDED,
 * which makes its waits look; its present wait is ended at once).
 *
 * Tasks in a scope may be on other cpus. So the news that a scope has ended goes round: from the
 * cpu where it ended to the next one that has tasks of it, in the order of their ranks, until it is
 * back. Meanwhile the scope cannot close: the news counts as one more live task.
 *
 *      cpu 0: scope_cancel(S)            cpu 1                       cpu 2
 *        S.ended = code
 *        tell S's tasks here;
 *        S.live++, S to cpu 2 ------------------------------------>  tell S's tasks here,
 *        (cpu 1 has none)                                            and go into their scopes;
 *                                                                    S.live--: the closer may go on
 *
 * A task that is NEW may be stolen meanwhile. Who ends stores `ended` before it looks where the
 * task is; who steals says where it is before looking at `ended` (all of it seq_cst): one of them
 * sees the other, and the task cannot slip through (PLACE_ENDED, which start() heeds).
 */
#ifndef FADEN_SCHED_DOMAIN_H
#define FADEN_SCHED_DOMAIN_H

#include "sched/sched.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

enum domain_kind {
    DOMAIN_SCOPE = 1,
    DOMAIN_TIMEOUT = 2,
    DOMAIN_SHIELD = 4,
};

static inline bool domain_is(const struct faden__domain *d, enum domain_kind kind)
{
    return d->kind & kind;
}

/* Open `d` as the innermost domain of the running task; close it again. `call` names the caller for
   panics. */
void domain_open(struct faden__domain *d, enum domain_kind kind, const char *site,
                 const char *call);
void domain_close(struct faden__domain *d, const char *call);

/* The code that ends waits of a task whose innermost domain is `d` (0: none). `decider` gets the
   domain, or NULL if faden_cancel on a task decided. On any cpu while `d` is open. */
int domain_code(const faden_task *t, struct faden__domain *d, struct faden__domain **decider);

/* Has anything around `t` ended? Mark it. On its own cpu. */
void domain_refresh(faden_task *t);

/* End `d` with `code` and tell whom that concerns. On its owner's cpu. */
void domain_end(struct cpu *cpu, struct faden__domain *d, int code);
/* The same for faden_cancel. Gives the index of the cpu that `t` is on, if it is not this one, or
 * -1. */
int task_end(struct cpu *cpu, faden_task *t);

#pragma GCC visibility pop

#endif
