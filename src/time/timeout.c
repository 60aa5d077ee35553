/* SPDX-License-Identifier: MIT */
/* Timeouts: a domain that a timer ends. */
#include "sched/domain.h"
#include "sched/lock.h"
#include "time/timer.h"

static void expire(struct faden__timer *timer)
{
    faden_timeout *t = (faden_timeout *)((char *)timer - offsetof(faden_timeout, timer));
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &faden__tree_lock);
    domain_end(cpu, &t->domain, -ETIMEDOUT);
    lock_release(cpu, &faden__tree_lock);
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
    return t->domain.kind & DOMAIN_DECIDED ? -ETIMEDOUT : 0;
}
