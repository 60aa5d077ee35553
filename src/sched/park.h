/* SPDX-License-Identifier: MIT */
/*
 * Park and wake: the one way to wait, under all locks, channels, timers and descriptors.
 *
 * A wait lies in the waiter's frame and is used once. Who wants to end it must claim it first, and
 * exactly one claim succeeds: the hand-over of what is waited for, a timer, a cancellation. The
 * winner sets the result and wakes.
 *
 *      waiter                                    waker (any thread)
 *      lock the object
 *      put a waiter on the object's list
 *      park(wait, lock) --------------+          lock the object
 *        state PARKED, pick another   |          take the waiter off the list
 *        ~~~~ switch ~~~~             |          claim its wait: lost -> take the next one
 *        finish_switch: open the lock +------->  open the lock
 *      ...                                       wake(wait, result): to the ready queue of its
 *      park returns the result                   cpu, through the inbox if that is another one
 *
 * A wake never comes too early: it takes effect on the waiter's own cpu, which is busy with the
 * park until the waiter has left its stack. A waiter whose wait was claimed by a timer or a
 * cancellation is still on the object's list, or just being taken off it; it locks the object and
 * leaves (waitlist_leave) before its frame ends. So a waker that lost a claim has not touched freed
 * memory.
 */
#ifndef FADEN_SCHED_PARK_H
#define FADEN_SCHED_PARK_H

#include "sched/lock.h"
#include "sched/sched.h"

/* `cpu` is the caller's, or NULL in a plain thread. */
static inline void wait_init(struct cpu *cpu, struct faden__wait *w, const struct reason *reason,
                             const void *object)
{
    *w = (struct faden__wait){.task = likely(cpu != NULL) ? cpu->current : NULL,
                              .reason = reason,
                              .object = object,
                              .home = likely(cpu != NULL) ? cpu : (void *)&faden__here};
}

/* ---- lists; the object's lock must be held ----------------------------------------------- */

static inline void waitlist_join(struct faden__waitlist *list, struct faden__waiter *w)
{
    w->list = list;
    w->next = NULL;
    w->prev = list->last;
    if (list->last)
        list->last->next = w;
    else
        list->first = w;
    list->last = w;
}

/* Off the list, if it is still on it. */
static inline void waitlist_leave(struct faden__waiter *w)
{
    struct faden__waitlist *list = w->list;
    if (!list)
        return;
    if (w->prev)
        w->prev->next = w->next;
    else
        list->first = w->next;
    if (w->next)
        w->next->prev = w->prev;
    else
        list->last = w->prev;
    w->list = NULL;
}

/* The first one; there is one. */
static inline struct faden__waiter *waitlist_pop(struct faden__waitlist *list)
{
    struct faden__waiter *w = list->first;
    list->first = w->next;
    if (w->next)
        w->next->prev = NULL;
    else
        list->last = NULL;
    w->list = NULL;
    return w;
}

/* The right to end the wait; at most one caller gets it. With a lock held: else it may be that a
   plain thread comes between the look at `shared` and the store (lock.h). */
static inline bool claim(struct faden__wait *w)
{
    ASSERT(!mycpu() || mycpu()->depth % DEPTH_USER, "claim: a lock is held");
    if (!shared()) {
        if (load_relaxed(&w->claimed))
            return false;
        store_relaxed(&w->claimed, 1);
        return true;
    }
    return !exchange_acq_rel(&w->claimed, 1);
}

/* The same with none. */
static inline bool claim_unlocked(struct cpu *cpu, struct faden__wait *w)
{
    bool won;
    depth_raise(cpu);
    won = claim(w);
    depth_lower(cpu);
    return won;
}

/* Take the longest waiter whose wait can still be ended, claimed; NULL: none. */
static inline struct faden__waiter *waitlist_take(struct faden__waitlist *list)
{
    while (list->first) {
        struct faden__waiter *w = waitlist_pop(list);
        if (likely(claim(w->wait)))
            return w;
    }
    return NULL;
}

/* ---- waking ------------------------------------------------------------------------------ */

void faden__wake_slow(struct faden__wait *w);

/* End a wait that the caller claimed. `w` may be gone when this returns. `cpu` is the caller's. */
static inline void wake(struct cpu *cpu, struct faden__wait *w, int result)
{
    w->result = result;
    if (likely(load_relaxed(&w->home) == cpu && cpu))
        make_ready(cpu, w->task);
    else
        faden__wake_slow(w);
}

/* ---- parking ----------------------------------------------------------------------------- */

extern struct faden__switch_ops faden__park_ops;
int faden__park_thread(struct faden__wait *w, uint32_t *lock);

/*
 * Wait until somebody ends `w`; gives the result. `lock`, if not NULL, is held and is opened when
 * the caller has left its stack. Inlined into the one level of call that a waiting function may
 * have between it and its user (a return across a switch is mispredicted).
 */
__attribute__((always_inline)) static inline int park(struct cpu *cpu, struct faden__wait *w,
                                                      uint32_t *lock)
{
    if (unlikely(!cpu))
        return faden__park_thread(w, lock);
    faden__arch_switch_call(&faden__park_ops, w, lock);
    return w->result;
}

void *faden__finish_switch(void *value);

/* The same as a pick function's last act, for a wait in the caller's room. */
struct faden__next faden__pick_park(void *wait, void *lock, void *own_sp,
                                    struct faden__switch_ops *ops);

void faden__yield_due(struct cpu *cpu);

/* For a call that begins, in a task: its slice may be over since before (preempt.c). */
static inline void yield_if_due(struct cpu *cpu)
{
    if (unlikely(cpu->attention & ATTEND_RESCHED) && !cpu->depth)
        faden__yield_due(cpu);
}

/* The code that ends the caller's waits now (domain.h), or 0. Asked before anything is given up. */
static inline int ended_now(struct cpu *cpu)
{
    if (unlikely(cpu ? cpu->current->flags & TASK_ENDED : 0))
        return faden__ended_code(cpu->current);
    return 0;
}

/* The same, at the beginning of a call that is not in a pick function. */
static inline int ended(struct cpu *cpu)
{
    if (likely(cpu != NULL))
        yield_if_due(cpu);
    return ended_now(cpu);
}

/* mycpu(), after a wait in the same function: it may be another cpu, and compilers keep addresses
   derived from the thread pointer. */
struct cpu *mycpu_after_wait(void);

/*
 * The common shape: `object` cannot be had now and its `lock` is held. Waits in `list` until it is
 * handed over; gives the waker's result, or the code that ended the wait. The lock is not held when
 * it returns. A sticky wait is not ended by cancellation.
 */
__attribute__((always_inline)) static inline int wait_in(struct cpu *cpu, struct faden__waiter *me,
                                                         struct faden__waitlist *list,
                                                         uint32_t *lock)
{
    int result;
    waitlist_join(list, me);
    result = park(cpu, me->wait, lock);
    if (unlikely(result < 0)) { /* perhaps not by who takes from the list */
        struct cpu *now = mycpu_after_wait();
        lock_acquire(now, lock);
        waitlist_leave(me);
        lock_release(now, lock);
    }
    return result;
}

/*
 * The shape again, for calls whose wait lies in the caller's room (faden__arch_wait_call): the pick
 * function of such a call either gives its result at once,
 */
static inline struct faden__next room_result(void *own_sp, int result)
{
    struct wait_room *room = wait_room_of(own_sp);
    room->wait.result = result;
    room->lock = NULL;
    return (struct faden__next){own_sp, NULL};
}

/* or joins `list` and parks; the object's lock is held. In tasks only. */
static inline struct faden__next room_wait(struct cpu *cpu, void *own_sp,
                                           const struct reason *reason, const void *object,
                                           struct faden__waitlist *list, uint32_t *lock, void *elem)
{
    struct wait_room *room = wait_room_of(own_sp);
    wait_init(cpu, &room->wait, reason, object);
    room->me.wait = &room->wait;
    room->me.elem = elem;
    room->lock = lock;
    waitlist_join(list, &room->me);
    return faden__pick_park(&room->wait, lock, own_sp, NULL);
}

#endif
