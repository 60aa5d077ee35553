/* SPDX-License-Identifier: MIT */
/* Cancellation and timeouts at the moment that a test wants: the clock has no say. */
#ifndef TESTS_SYNC_EXPIRE_H
#define TESTS_SYNC_EXPIRE_H

#include "test.h"

#include "sched/domain.h"
#include "sched/park.h"

/* What the timer of `t` does when it fires. */
static void expire(faden_timeout *t)
{
    struct cpu *cpu = mycpu();
    domain_end(cpu, &t->domain, -ETIMEDOUT);
}

/* End the waits of `t` with `code`: `limit` is the timeout that it began. */
static void end_task(faden_task *t, faden_timeout *limit, int code)
{
    if (code == -ECANCELED)
        faden_cancel(t);
    else
        expire(limit);
}

#endif
