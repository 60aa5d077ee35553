/* SPDX-License-Identifier: MIT */
/*
 * Who holds a mutex, or an rwlock for writing: a task, or a plain thread.
 *
 * An address alone does not say: a task that ended without unlocking leaves its own behind, and the
 * next one may get the same record. So the object keeps a stamp beside it, made of the task's id,
 * which the record loses when it is given back, and of the run. That is a hint with one direction:
 * another stamp means another owner, always; the same stamp may, once in millions, be chance.
 */
#ifndef FADEN_SYNC_OWNER_H
#define FADEN_SYNC_OWNER_H

#include "sched/park.h"

struct text;

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

enum { STAMP_RUN_BITS = 12 }; /* the lower ones; above them the id */

struct owner {
    void *who; /* NULL: nobody; odd: a plain thread */
    uint32_t stamp;
};

uint32_t faden__thread_stamp(void);
/* Panic if the owner of what the caller wants is a task that has ended: it will never unlock. */
void faden__check_owner_lives(struct owner o, const char *call, const char *what,
                              const void *object);
/* For the dump: what is to be said about an owner that is no task. */
void faden__owner_remark(struct owner o, struct text *text);
/* For the wait-for chain. */
faden_task *faden__owner_task(struct owner o);

static inline uint32_t id_stamp(const faden_task *t)
{
    return (uint32_t)t->id << STAMP_RUN_BITS;
}

/* The caller: its task; in a plain thread the address of its `here`, made odd. */
static inline struct owner owner_self(const struct cpu *cpu)
{
    uint32_t run;
    if (unlikely(!cpu))
        return (struct owner){(char *)&faden__here + 1, faden__thread_stamp()};
    run = (uint32_t)(cpu->runtime->start >> 10) & ((1u << STAMP_RUN_BITS) - 1);
    return (struct owner){cpu->current, id_stamp(cpu->current) | run};
}

/* A waiter says who it is when it joins, for whoever hands the object over to it. */
static inline void owner_waits(struct faden__waiter *me, struct owner self)
{
    me->elem = (void *)(uintptr_t)self.stamp;
}

static inline struct owner owner_of_waiter(const struct faden__waiter *me)
{
    const struct faden__wait *w = me->wait;
    return (struct owner){w->task ? (void *)w->task : (char *)w->thread + 1,
                          (uint32_t)(uintptr_t)me->elem};
}

static inline bool owner_is(struct owner a, struct owner b)
{
    return a.who == b.who && a.stamp == b.stamp;
}

static inline struct owner mutex_owner(const faden_mutex *m)
{
    return (struct owner){m->owner, m->stamp};
}

static inline bool mutex_is_mine(const faden_mutex *m, const struct cpu *cpu)
{
    return owner_is(mutex_owner(m), owner_self(cpu));
}

#pragma GCC visibility pop

#endif
