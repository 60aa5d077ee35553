/* SPDX-License-Identifier: MIT */
/* What a wait consists of; park.h tells how it is used. */
#ifndef FADEN_SCHED_WAIT_H
#define FADEN_SCHED_WAIT_H

#include <faden/sync.h>
#include <faden/task.h>

#include "frame.h"

struct text;

/* Why a task waits: one static record for each kind of wait. */
struct reason {
    const char *text;
    /* Who can end it, if that is known: for the wait-for chain. May be NULL. Called
       while the tasks hold still. */
    faden_task *(*holder)(const void *object);
    /* What else there is to say about the object in a dump. May be NULL. Tree lock held. */
    void (*remark)(const void *object, struct text *text);
};

struct faden__wait {
    int result;       /* first: faden__arch_wait_call reads it */
    uint32_t claimed; /* 1: its end is decided */
    faden_task *task; /* NULL: a plain thread */
    const struct reason *reason;
    const void *object;
    union {
        struct cpu *home; /* of a task: where a wake takes effect; NULL: where the task is then */
        void *thread;     /* of a plain thread: &faden__here there */
    };
    void *which;      /* for select: the waiter that was served */
    uint32_t woken;   /* plain threads sleep on it */
    uint8_t sticky;   /* cancellation does not end it */
    uint8_t stays;    /* a timer of its cpu belongs to it: the task does not move */
    uint8_t outside;  /* something outside the tasks ends it: no deadlock while it lasts */
    uint8_t tentative; /* it may go on when it was ended: the waiter tells what ended it (ended) */
};

/* An entry in an object's list; a wait may have several (select). */
struct faden__waiter {
    struct faden__waiter *next, *prev;
    struct faden__waitlist *list; /* NULL: not on it any more. Guarded by the object's lock */
    struct faden__wait *wait;
    void *elem; /* for channels: where the element is or goes */
};

/* A wait in one list, as it lies in the room of faden__arch_wait_call. */
struct wait_room {
    struct faden__wait wait;
    struct faden__waiter me;
    uint32_t *lock; /* the object's, if the wait is on its list or was */
};
_Static_assert(sizeof(struct wait_room) <= FADEN__ROOM, "the room is large enough");
_Static_assert(_Alignof(struct wait_room) <= 8, "and aligned");

static inline struct wait_room *wait_room_of(void *own_sp)
{
    return arch_room(own_sp);
}

#endif
