/* SPDX-License-Identifier: MIT */
/*
 * Barrier: the last of so many to arrive lets all of them go.
 *
 * A party whose wait is ended by others has not arrived, so it matters who wins the claim. The last
 * one to arrive claims all the others; if one of them was lost to a cancellation, it lets go those
 * that it has claimed with AGAIN, they arrive anew, and all of them wait for another party. So what
 * a call returns is exact: 0 or SERIAL, and the barrier was passed by as many as it is for; or an
 * error, and the caller was not counted.
 */
#include <faden/sync.h>

#include "sync/waiters.h"

enum { AGAIN = 2 };

void faden_barrier_init(faden_barrier *b, uint32_t parties)
{
    CHECK(parties, "faden_barrier_init: a barrier for nobody at %p", (void *)b);
    *b = (faden_barrier){.parties = parties};
}

void faden_barrier_destroy(faden_barrier *b)
{
    check_no_waiters(&b->waiters, "faden_barrier_destroy", b);
}

/* The caller would be the last one, and the lock is held: it is not when this returns. */
static int let_go(struct cpu *cpu, faden_barrier *b)
{
    struct taken others = waitlist_take_all(&b->waiters);
    bool all = others.count + 1 >= b->parties;
    b->arrived = 0;
    lock_release(cpu, &b->lock); /* who is woken may free it: no touch from here */
    wake_taken(cpu, others, all ? 0 : AGAIN);
    return all ? FADEN_BARRIER_SERIAL : AGAIN;
}

static int withdraw(faden_barrier *b, struct faden__waiter *me)
{
    struct cpu *cpu = mycpu_after_wait();
    lock_acquire(cpu, &b->lock);
    if (me->list) /* else the last one has seen it already */
        b->arrived--;
    waitlist_leave(me);
    lock_release(cpu, &b->lock);
    return me->wait->result;
}

static int arrive(faden_barrier *b)
{
    static const struct reason waiting = {"a barrier"};
    struct cpu *cpu = mycpu_after_wait(); /* perhaps AGAIN */
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    if (result)
        return result;
    lock_acquire(cpu, &b->lock);
    if (b->arrived + 1 >= b->parties)
        return let_go(cpu, b);
    b->arrived++;
    wait_init(cpu, &w, &waiting, b);
    waitlist_join(&b->waiters, &me);
    result = park(cpu, &w, &b->lock);
    return result < 0 ? withdraw(b, &me) : result;
}

int faden_barrier_wait(faden_barrier *b)
{
    int result;
    do
        result = arrive(b);
    while (result == AGAIN);
    return result;
}
