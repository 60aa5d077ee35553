/* SPDX-License-Identifier: MIT */
/* What several objects do with all of their waiters. */
#ifndef FADEN_SYNC_WAITERS_H
#define FADEN_SYNC_WAITERS_H

#include "sched/slot.h"

/* Claimed waiters, by next, in the order of their coming: they are the holder's until it wakes
   them. */
struct taken {
    struct faden__waiter *first;
    uint32_t count;
};

/* The object's lock must be held. */
static inline struct taken waitlist_take_all(struct faden__waitlist *list)
{
    struct taken all = {NULL, 0};
    struct faden__waiter *w, **last = &all.first;
    while ((w = waitlist_take(list))) {
        w->next = NULL;
        *last = w;
        last = &w->next;
        all.count++;
    }
    return all;
}

/* The object's lock must not be held, nor the object be touched after that. */
static inline void wake_taken(struct cpu *cpu, struct taken all, int result)
{
    struct faden__waiter *w = all.first;
    while (w) {
        struct faden__waiter *next = w->next; /* once woken, w is gone */
        hand(cpu, w->wait, result);
        w = next;
    }
}

/* Panics unless nobody waits. */
static inline void check_no_waiters(const struct faden__waitlist *list, const char *call,
                                    const void *object)
{
    CHECK(!list->first, "%s: somebody still waits on the object at %p", call, object);
}

#endif
