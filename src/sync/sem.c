/* SPDX-License-Identifier: MIT */
/* Counting semaphore. count > 0 only while nobody waits. */
#include <faden/sync.h>

#include "sync/waiters.h"

void faden_sem_init(faden_sem *s, uint32_t count)
{
    *s = (faden_sem){.count = count};
}

void faden_sem_destroy(faden_sem *s)
{
    check_no_waiters(&s->waiters, "faden_sem_destroy", s);
}

int faden_sem_wait(faden_sem *s)
{
    static const struct reason waiting = {"a semaphore", NULL};
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    if (result)
        return result;
    lock_acquire(cpu, &s->lock);
    if (likely(s->count)) {
        store_relaxed(&s->count, s->count - 1);
        lock_release(cpu, &s->lock);
        return 0;
    }
    wait_init(cpu, &w, &waiting, s);
    return wait_in(cpu, &me, &s->waiters, &s->lock);
}

int faden_sem_try_wait(faden_sem *s)
{
    struct cpu *cpu = mycpu();
    int err = -EAGAIN;
    lock_acquire(cpu, &s->lock);
    if (s->count) {
        store_relaxed(&s->count, s->count - 1);
        err = 0;
    }
    lock_release(cpu, &s->lock);
    return err;
}

void faden_sem_post(faden_sem *s)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *next;
    struct faden__wait *w;
    lock_acquire(cpu, &s->lock);
    next = waitlist_take(&s->waiters);
    w = next ? next->wait : NULL;
    if (!w) {
        CHECK(s->count < UINT32_MAX, "faden_sem_post: the semaphore at %p overflows", (void *)s);
        store_relaxed(&s->count, s->count + 1);
    }
    lock_release(cpu, &s->lock); /* who was served may free it: no touch from here */
    if (w)
        hand(cpu, w, 0);
}

uint32_t faden_sem_value(faden_sem *s)
{
    return load_relaxed(&s->count);
}
