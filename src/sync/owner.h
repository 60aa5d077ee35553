/* SPDX-License-Identifier: MIT */
/* Who holds a mutex: a task, or a plain thread. */
#ifndef FADEN_SYNC_OWNER_H
#define FADEN_SYNC_OWNER_H

#include "sched/sched.h"

/* The caller as an owner: its task; in a plain thread the address of its `here`, made odd. */
static inline void *owner_self(const struct cpu *cpu)
{
    return likely(cpu != NULL) ? (void *)cpu->current : (void *)((char *)&faden__here + 1);
}

/* The owner that a wait belongs to. */
static inline void *owner_of_wait(const struct faden__wait *w)
{
    return w->task ? (void *)w->task : (void *)((char *)w->thread + 1);
}

static inline faden_task *owner_task(void *owner)
{
    return (uintptr_t)owner & 1 ? NULL : owner;
}

/* Panics unless nobody waits. */
static inline void check_no_waiters(const struct faden__waitlist *list, const char *call,
                                    const void *object)
{
    CHECK(!list->first, "%s: somebody still waits on the object at %p", call, object);
}

#endif
