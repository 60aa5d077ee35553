/* SPDX-License-Identifier: MIT */
/*
 * Readers or one writer, in phases.
 *
 *      readers inside ──(the last one leaves)──> the longest waiting writer
 *      writer inside  ──(it leaves)────────────> all readers that wait by now, else the next writer
 *
 * Who comes to read while a writer waits, waits too. So a reader waits for one writer at most and
 * the readers before that one; a writer for the writers before it and, between two of those, for
 * one phase of readers. Nobody waits for ever for a stream of others.
 *
 * Invariants
 *  1. writer != NULL: readers == 0. A lock is handed over, never free while somebody waits.
 *  2. Readers wait only while a writer is inside or waits.
 *  3. No wait here is ended by others (sticky), so every claim succeeds.
 */
#include <faden/sync.h>

#include "sync/owner.h"
#include "sync/waiters.h"

void faden_rwlock_init(faden_rwlock *l)
{
    *l = (faden_rwlock){.lock = 0};
}

void faden_rwlock_destroy(faden_rwlock *l)
{
    CHECK(!l->writer && !l->readers, "faden_rwlock_destroy: the rwlock at %p is held", (void *)l);
}

static inline struct owner writer_of(const faden_rwlock *l)
{
    return (struct owner){l->writer, l->stamp};
}

static inline void set_writer(faden_rwlock *l, struct owner o)
{
    l->writer = o.who;
    l->stamp = o.stamp;
}

static faden_task *rwlock_holder(const void *object)
{
    return faden__owner_task(writer_of(object));
}

static void rwlock_remark(const void *object, struct text *text)
{
    faden__owner_remark(writer_of(object), text);
}

/* The lock cannot be had now: panic if it never will, else wait in `list`. */
__attribute__((always_inline)) static inline void wait_for(struct cpu *cpu, faden_rwlock *l,
                                                           struct owner self,
                                                           const struct reason *reason,
                                                           struct faden__waitlist *list,
                                                           const char *call)
{
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    CHECK(!owner_is(writer_of(l), self),
          "%s: the caller holds the rwlock at %p for writing already", call, (void *)l);
    faden__check_owner_lives(writer_of(l), call, "rwlock", l);
    owner_waits(&me, self);
    wait_init(cpu, &w, reason, l);
    w.sticky = 1;
    wait_in(cpu, &me, list, &l->lock);
}

/* The lock is held in these. */
static inline bool may_read(const faden_rwlock *l)
{
    return !l->writer && !l->waiting_writers.first;
}

static inline bool may_write(const faden_rwlock *l)
{
    return !l->writer && !l->readers;
}

static inline void add_reader(faden_rwlock *l)
{
    CHECK(l->readers < UINT32_MAX, "the rwlock at %p has too many readers", (void *)l);
    l->readers++;
}

void faden_rwlock_rdlock(faden_rwlock *l)
{
    static const struct reason reading = {"an rwlock, to read", rwlock_holder, rwlock_remark};
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &l->lock);
    if (likely(may_read(l))) {
        add_reader(l);
        lock_release(cpu, &l->lock);
        return;
    }
    wait_for(cpu, l, owner_self(cpu), &reading, &l->waiting_readers, "faden_rwlock_rdlock");
}

void faden_rwlock_wrlock(faden_rwlock *l)
{
    static const struct reason writing = {"an rwlock, to write", rwlock_holder, rwlock_remark};
    struct cpu *cpu = mycpu();
    struct owner self = owner_self(cpu);
    lock_acquire(cpu, &l->lock);
    if (likely(may_write(l))) {
        set_writer(l, self);
        lock_release(cpu, &l->lock);
        return;
    }
    wait_for(cpu, l, self, &writing, &l->waiting_writers, "faden_rwlock_wrlock");
}

int faden_rwlock_try_rdlock(faden_rwlock *l)
{
    struct cpu *cpu = mycpu();
    int err = -EBUSY;
    lock_acquire(cpu, &l->lock);
    if (may_read(l)) {
        add_reader(l);
        err = 0;
    }
    lock_release(cpu, &l->lock);
    return err;
}

int faden_rwlock_try_wrlock(faden_rwlock *l)
{
    struct cpu *cpu = mycpu();
    int err = -EBUSY;
    lock_acquire(cpu, &l->lock);
    if (may_write(l)) {
        set_writer(l, owner_self(cpu));
        err = 0;
    }
    lock_release(cpu, &l->lock);
    return err;
}

/* Nobody is inside any more: hand the lock over. Gives who is to be woken. */
static inline struct taken next_phase(faden_rwlock *l, bool readers_first)
{
    struct taken next = {NULL, 0};
    set_writer(l, (struct owner){NULL, 0});
    if (readers_first && l->waiting_readers.first) {
        next = waitlist_take_all(&l->waiting_readers);
        l->readers = next.count;
        return next;
    }
    next.first = waitlist_take(&l->waiting_writers);
    if (next.first) {
        next.first->next = NULL;
        set_writer(l, owner_of_waiter(next.first));
    }
    return next;
}

void faden_rwlock_unlock(faden_rwlock *l)
{
    struct cpu *cpu = mycpu();
    struct taken next = {NULL, 0};
    lock_acquire(cpu, &l->lock);
    if (l->writer) {
        CHECK(owner_is(writer_of(l), owner_self(cpu)),
              "faden_rwlock_unlock: the caller does not hold the rwlock at %p", (void *)l);
        next = next_phase(l, true);
    } else {
        CHECK(l->readers, "faden_rwlock_unlock: nobody holds the rwlock at %p", (void *)l);
        if (--l->readers == 0)
            next = next_phase(l, false);
    }
    lock_release(cpu, &l->lock); /* who gets it may free it: no touch from here */
    wake_taken(cpu, next, 0);
}
