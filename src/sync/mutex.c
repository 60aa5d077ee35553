/* SPDX-License-Identifier: MIT */
/*
 * Mutex. Unlocking hands it to the longest waiter: `owner` is never NULL while somebody waits, so
 * nobody can slip in between, and the waiter owns it when it wakes.
 */
#include <faden/sync.h>

#include "sched/slot.h"
#include "sync/owner.h"

void faden_mutex_init(faden_mutex *m)
{
    *m = (faden_mutex){.owner = NULL};
}

void faden_mutex_destroy(faden_mutex *m)
{
    CHECK(!m->owner, "faden_mutex_destroy: the mutex at %p is held", (void *)m);
}

static faden_task *mutex_holder(const void *object)
{
    return faden__owner_task(mutex_owner(object));
}

static void mutex_remark(const void *object, struct text *text)
{
    faden__owner_remark(mutex_owner(object), text);
}

static const struct reason locking = {"a mutex", mutex_holder, mutex_remark};

static inline void set_owner(faden_mutex *m, struct owner o)
{
    m->owner = o.who;
    m->stamp = o.stamp;
}

/* Not inlined, into faden_cond_wait for instance, by whoever optimises when linking: there it comes
   after a wait (mycpu_after_wait). */
__attribute__((noinline)) void faden_mutex_lock(faden_mutex *m)
{
    struct cpu *cpu = mycpu();
    struct owner self = owner_self(cpu);
    lock_acquire(cpu, &m->lock);
    if (likely(!m->owner)) {
        set_owner(m, self);
        lock_release(cpu, &m->lock);
        return;
    }
    CHECK(!owner_is(mutex_owner(m), self),
          "faden_mutex_lock: the caller holds the mutex at %p already", (void *)m);
    faden__check_owner_lives(mutex_owner(m), "faden_mutex_lock", "mutex", m);
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    owner_waits(&me, self);
    wait_init(cpu, &w, &locking, m);
    w.sticky = 1;
    wait_in(cpu, &me, &m->waiters, &m->lock);
}

int faden_mutex_try_lock(faden_mutex *m)
{
    struct cpu *cpu = mycpu();
    int err = -EBUSY;
    lock_acquire(cpu, &m->lock);
    if (!m->owner) {
        set_owner(m, owner_self(cpu));
        err = 0;
    }
    lock_release(cpu, &m->lock);
    return err;
}

void faden_mutex_unlock(faden_mutex *m)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *next;
    lock_acquire(cpu, &m->lock);
    CHECK(mutex_is_mine(m, cpu), "faden_mutex_unlock: the caller does not hold the mutex at %p",
          (void *)m);
    next = waitlist_take(&m->waiters);
    struct faden__wait *w = next ? next->wait : NULL;
    set_owner(m, next ? owner_of_waiter(next) : (struct owner){NULL, 0});
    lock_release(cpu, &m->lock); /* who gets it may free it: no touch from here */
    if (w)
        hand(cpu, w, 0);
}
