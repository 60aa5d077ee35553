/* SPDX-License-Identifier: MIT */
/* Condition. */
#include <faden/sync.h>

#include "sync/owner.h"
#include "sync/waiters.h"

void faden_cond_init(faden_cond *c)
{
    *c = (faden_cond){.lock = 0};
}

void faden_cond_destroy(faden_cond *c)
{
    check_no_waiters(&c->waiters, "faden_cond_destroy", c);
}

int faden_cond_wait(faden_cond *c, faden_mutex *m)
{
    static const struct reason waiting = {"a condition", NULL};
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    CHECK(mutex_is_mine(m, cpu), "faden_cond_wait: the caller does not hold the mutex at %p",
          (void *)m);
    if (result)
        return result;
    wait_init(cpu, &w, &waiting, c);
    /*
     * On the list before the mutex is free: a signal given after that finds us. The lock is held
     * until we have left, so that nobody can wake on this cpu who is not parked yet.
     */
    lock_acquire(cpu, &c->lock);
    waitlist_join(&c->waiters, &me);
    faden_mutex_unlock(m);
    result = park(cpu, &w, &c->lock);
    if (result < 0) {
        cpu = mycpu_after_wait();
        lock_acquire(cpu, &c->lock);
        waitlist_leave(&me);
        lock_release(cpu, &c->lock);
    }
    faden_mutex_lock(m);
    return result;
}

void faden_cond_signal(faden_cond *c)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *next;
    struct faden__wait *w;
    lock_acquire(cpu, &c->lock);
    next = waitlist_take(&c->waiters);
    w = next ? next->wait : NULL;
    lock_release(cpu, &c->lock);
    if (w)
        hand(cpu, w, 0);
}

void faden_cond_broadcast(faden_cond *c)
{
    struct cpu *cpu = mycpu();
    struct taken all;
    lock_acquire(cpu, &c->lock);
    all = waitlist_take_all(&c->waiters);
    lock_release(cpu, &c->lock);
    wake_taken(cpu, all, 0);
}
