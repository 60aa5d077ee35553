/* SPDX-License-Identifier: MIT */
/* The queues of a cpu. Plain memory that only the cpu touches. */
#ifndef FADEN_SCHED_QUEUE_H
#define FADEN_SCHED_QUEUE_H

#include "sched/task.h"

/* First in, first out. */
struct queue {
    faden_task *first, *last;
    size_t count;
};

static inline void queue_push(struct queue *q, faden_task *t)
{
    t->next = NULL;
    if (q->first)
        q->last->next = t;
    else
        q->first = t;
    q->last = t;
    q->count++;
}

/* There is one in it already. */
static inline void queue_push_first(struct queue *q, faden_task *t)
{
    t->next = q->first;
    q->first = t;
    q->count++;
}

static inline faden_task *queue_pop(struct queue *q)
{
    faden_task *t = q->first;
    if (t) {
        q->first = t->next;
        q->count--;
    }
    return t;
}

/* Take out the one behind `prev`; there is one. */
static inline void queue_take_behind(struct queue *q, faden_task *prev)
{
    faden_task *t = prev->next;
    prev->next = t->next;
    if (!t->next)
        q->last = prev;
    q->count--;
}

/* Push `t` and pop `first`, the first one. Gives the first one now. */
static inline faden_task *queue_rotate(struct queue *q, faden_task *t, const faden_task *first)
{
    t->next = NULL;
    q->last->next = t;
    q->last = t;
    __asm__("" : "+m"(q->last)); /* two stores: as one of 16 bytes they are slower to load again */
    return q->first = first->next;
}

/* New tasks: taken newest first, now and then oldest first. next leads to the older one. */
struct fresh {
    faden_task *newest, *oldest;
    size_t count;
};

static inline void fresh_push(struct fresh *f, faden_task *t)
{
    t->next = f->newest;
    t->prev = NULL;
    if (f->newest)
        f->newest->prev = t;
    else
        f->oldest = t;
    f->newest = t;
    f->count++;
}

static inline faden_task *fresh_pop_newest(struct fresh *f)
{
    faden_task *t = f->newest;
    f->count--;
    f->newest = t->next;
    if (f->newest)
        f->newest->prev = NULL;
    else
        f->oldest = NULL;
    return t;
}

static inline faden_task *fresh_pop_oldest(struct fresh *f)
{
    faden_task *t = f->oldest;
    f->count--;
    f->oldest = t->prev;
    if (f->oldest)
        f->oldest->next = NULL;
    else
        f->newest = NULL;
    return t;
}

#endif
