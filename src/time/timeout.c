/* SPDX-License-Identifier: MIT */
/* Timeouts: a domain that a timer ends. */
#include "base/atomic.h"
#include "sched/domain.h"
#include "time/timer.h"

static void expire(struct faden__timer *timer)
{
    faden_timeout *t = (faden_timeout *)((char *)timer - offsetof(faden_timeout, timer));
    domain_end(mycpu(), &t->domain, -ETIMEDOUT);
}

int faden_timeout_begin_at(faden_timeout *t, int64_t ns, const char *site)
{
    domain_open(&t->domain, DOMAIN_TIMEOUT, site, "faden_timeout_begin");
    t->timer.heap = NULL;
    if (ns <= 0)
        expire(&t->timer);
    else
        timer_arm(mycpu(), &t->timer, time_after(ns), expire);
    return 0;
}

int faden_timeout_end(faden_timeout *t)
{
    domain_close(&t->domain, "faden_timeout_end");
    timer_disarm(mycpu(), &t->timer);
    return load_relaxed(&t->domain.decided) ? -ETIMEDOUT : 0;
}
