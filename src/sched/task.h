/* SPDX-License-Identifier: MIT */
/*
 * The record of a task: two cache lines, of which a dispatch reads the first. A record is in one of
 * four ages, and some members mean something in one age only.
 *
 *   fresh   state NEW: no stack yet (unless prefaulted)
 *   live    READY, RUNNING, PARKED
 *   done    DONE: waits for its joiner, or for its scope to close
 *   free    in the record pool
 */
#ifndef FADEN_SCHED_TASK_H
#define FADEN_SCHED_TASK_H

#include <faden/runtime.h>

#include "base/atomic.h"
#include "platform/platform.h"
#include "stack/stack.h"

struct faden__wait;

/* Written by the task's own cpu only. */
enum task_flag {
    TASK_PREEMPTIBLE = 1, /* the processor may be taken from it */
    TASK_URGENT = 2,      /* it goes before those that are not */
    TASK_ENDED = 4,       /* something around it has ended: waits must look (domain.h) */
    TASK_SCHEDULER = 8,   /* not a task: the scheduler context of a cpu */
    TASK_NOTE = 16,       /* not a task: says to look at visits and stops (cpu.h) */
    TASK_CALL = 32,       /* not a task: a cpu_call in an inbox */
    TASK_EXTRA = 64,      /* suspended: coro, eh_caught or eh_uncaught are not all zero */
    TASK_MOVABLE = 128,   /* it may go on on another cpu after a wait (move.h) */
    TASK_LONG_WAYS = TASK_URGENT | TASK_MOVABLE, /* it yields, waits and wakes by the longer ways */
};

/*
 * Where a task is, and what others have told it: one atomic word. The index of its cpu changes only
 * while it is NEW, when another cpu steals it, or loose, when another cpu wakes it.
 */
enum task_place {
    PLACE_CPU = 0xffff,        /* the index of its cpu */
    PLACE_CANCELLED = 0x10000, /* faden_cancel was called on it */
    PLACE_ENDED = 0x20000,     /* NEW: something around it has ended; it looks when it starts */
    PLACE_TOLD = PLACE_CANCELLED | PLACE_ENDED,
    PLACE_PINNED = 0x40000, /* for good: it stays on this cpu from its birth on */
    PLACE_LOOSE = 0x80000,  /* PARKED, its stack is left: who wakes it may take it along (move.h) */
};

struct faden_task {
    /* what a dispatch reads and writes */
    void *sp;                /* its context; NULL: no stack yet */
    struct faden_task *next; /* in the queue it is in */
    union {
        faden_coro *coro;    /* TASK_EXTRA: the coroutine that runs in it, or NULL */
        uint64_t fp_control; /* fresh: what it starts with */
    };
    struct stack *stack; /* NULL: none */
    union {
        void *eh_caught; /* TASK_EXTRA: C++ exceptions being handled */
        void *arg;       /* fresh, and until the function is called */
    };
    int error;      /* live: its errno; done: 0, or -ENOMEM: it never ran */
    uint32_t place; /* enum task_place */
    uint32_t since; /* of the state, ms of the run */
    uint8_t state;  /* enum faden_task_state */
    uint8_t flags;  /* enum task_flag */
    union {
        uint16_t eh_uncaught; /* TASK_EXTRA: C++ exceptions that are being thrown */
        uint16_t shift;       /* fresh: the stack class it wants */
    };
    union {
        struct faden__wait *wait; /* PARKED: how it waits */
        struct faden_task *prev;  /* fresh: in the queue of new tasks */
    };

    /* what its birth, its end and its looks around need */
    union {
        void *(*fn)(void *);     /* fresh */
        struct task_value *keys; /* live: see keys.c */
        void *result;            /* done */
    };
    struct faden__wait *joiner;         /* atomic; see spawn.c */
    struct faden_task *older, *younger; /* in its scope; guarded by the scope's lock */
    struct faden__domain *domain;       /* what can end it, innermost first */
    const char *name, *site;
    uint64_t id;
};

_Static_assert(sizeof(void *) != 8 || sizeof(struct faden_task) == 128, "two cache lines");

static inline uint32_t task_cpu(const struct faden_task *t)
{
    return load_relaxed(&t->place) & PLACE_CPU;
}

/*
 * The state as another cpu than the task's own sees it. That cpu may be about to find out that it
 * is the task's no more: a thief writes the place first, then the state (start).
 */
static inline unsigned state_seen(const faden_task *t)
{
    return __atomic_load_n(&t->state, __ATOMIC_ACQUIRE);
}

/* The state as its own cpu writes it. */
static inline void state_store(faden_task *t, unsigned state)
{
    __atomic_store_n(&t->state, (uint8_t)state, __ATOMIC_RELAXED);
}

/* Add `bits` of enum task_place. Gives what was there before. */
static inline uint32_t task_mark(faden_task *t, uint32_t bits)
{
    uint32_t was = load_relaxed(&t->place);
    while (!cas_seq_cst(&t->place, &was, was | bits))
        ;
    return was;
}

const char *task_state_name(unsigned state);
static inline const char *task_name(const struct faden_task *t)
{
    return t->name ? t->name : "unnamed";
}

#endif
