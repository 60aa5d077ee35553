/* SPDX-License-Identifier: MIT */
/* What a wait consists of; park.h tells how it is used. */
#ifndef FADEN_SCHED_WAIT_H
#define FADEN_SCHED_WAIT_H

#include <faden/sync.h>
#include <faden/task.h>

/* Why a task waits: one static record for each kind of wait. */
struct reason {
    const char *text;
    /* Who can end it, if that is known: for the wait-for chain. May be NULL. Tree lock held. */
    faden_task *(*holder)(const void *object);
};

struct faden__wait {
    faden_task *task; /* NULL: a plain thread */
    const struct reason *reason;
    const void *object;
    void *thread; /* of a plain thread: &faden__here there; else NULL */
    void *which;  /* for select: the waiter that was served; for join: the result */
    int result;
    uint32_t claimed; /* 1: its end is decided */
    uint32_t woken;   /* plain threads sleep on it */
    uint16_t sticky;  /* cancellation does not end it */
    uint16_t outside; /* something outside the tasks ends it: no deadlock while it lasts */
};

/* An entry in an object's list; a wait may have several (select). */
struct faden__waiter {
    struct faden__waiter *next, *prev;
    struct faden__waitlist *list; /* NULL: not on it any more. Guarded by the object's lock */
    struct faden__wait *wait;
    void *elem; /* for channels: where the element is or goes */
};

#endif
