/* SPDX-License-Identifier: MIT */
/*
 * Once: the first one does it, the others wait until it is done.
 *
 *      NOT_YET ──> RUNNING ──> DONE
 *         ^           │ it failed: the longest waiter does it, else
 *         └───────────┘
 *
 * A call that finds it done takes no lock. It looks at both words: `done` is set within the locked
 * section, and whoever comes away with "done" while the lock is still held might free the object
 * under the one who is about to open it.
 */
#include <faden/sync.h>

#include "sync/owner.h"
#include "sync/waiters.h"

enum { YOUR_TURN = 1 };

static inline struct owner runner_of(const faden_once *o)
{
    return (struct owner){o->runner, o->stamp};
}

static inline void set_runner(faden_once *o, struct owner who)
{
    o->runner = who.who;
    o->stamp = who.stamp;
}

static faden_task *once_holder(const void *object)
{
    return faden__owner_task(runner_of(object));
}

static void once_remark(const void *object, struct text *text)
{
    faden__owner_remark(runner_of(object), text);
}

/* Call fn; the runner is the caller. */
static int run(faden_once *o, int (*fn)(void *arg), void *arg)
{
    int result = fn(arg);
    struct cpu *cpu = mycpu_after_wait();
    struct faden__waiter *next = NULL;
    struct taken all = {NULL, 0};
    lock_acquire(cpu, &o->lock);
    if (result >= 0) {
        all = waitlist_take_all(&o->waiters);
        set_runner(o, (struct owner){NULL, 0});
        store_release(&o->done, 1);
    } else {
        next = waitlist_take(&o->waiters);
        set_runner(o, next ? owner_of_waiter(next) : (struct owner){NULL, 0});
    }
    struct faden__wait *w = next ? next->wait : NULL;
    lock_release(cpu, &o->lock); /* who is woken may free it: no touch from here */
    wake_taken(cpu, all, 0);
    if (w)
        hand(cpu, w, YOUR_TURN);
    return result < 0 ? result : 0;
}

/* 0: it is done; YOUR_TURN: the caller is to run it; or what ended the wait. */
static int take_turn(faden_once *o)
{
    static const struct reason waiting = {"the end of a faden_once_call", once_holder, once_remark};
    struct cpu *cpu = mycpu();
    struct owner self = owner_self(cpu);
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    lock_acquire(cpu, &o->lock);
    if (!o->done && !result && o->runner) {
        CHECK(!owner_is(runner_of(o), self),
              "faden_once_call: called within its own function, at %p", (void *)o);
        faden__check_owner_lives(runner_of(o), "faden_once_call", "faden_once", o);
        owner_waits(&me, self);
        wait_init(cpu, &w, &waiting, o);
        return wait_in(cpu, &me, &o->waiters, &o->lock);
    }
    if (o->done) {
        result = 0;
    } else if (!result) {
        set_runner(o, self);
        result = YOUR_TURN;
    }
    lock_release(cpu, &o->lock);
    return result;
}

int faden_once_call(faden_once *o, int (*fn)(void *arg), void *arg)
{
    int turn;
    if (likely(load_acquire(&o->done) && !load_acquire(&o->lock)))
        return 0;
    turn = take_turn(o);
    return turn == YOUR_TURN ? run(o, fn, arg) : turn;
}
