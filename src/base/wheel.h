/* SPDX-License-Identifier: MIT */
/*
 * Timers of a cpu: a hierarchical wheel for what is far (Varghese and Lauck 1987, scheme 7), a
 * pairing heap for what is near.
 *
 * A tick is 2^20 ns. Level l has 64 slots of 64^l ticks each; a timer lies in the lowest level
 * whose 64 slots reach its tick. When the wheel's tick comes to a slot's begin, its timers move to
 * lower levels, and those whose own tick has come to the heap, which orders them to the nanosecond.
 * So arming and disarming is O(1) and touches two neighbours at most, each timer moves once a
 * level, and the heap holds the timers of about one millisecond. A heap for all of a million
 * timers, whose links lie in a million stacks, took twice as long as the work they woke up to.
 *
 *   tick                     near: heap
 *    |   level 0: . . x . x .  ...  64 slots of a tick
 *    |   level 1: . x . . . .  ...  64 slots of 64 ticks
 *    |   level 2: ...
 *
 * Invariants
 *  1. A timer in the wheel has a tick after the wheel's; one in the heap may have any.
 *  2. Bit i of occupied[l] is set if slot i of level l is not empty. It may be set for an empty
 * one.
 *  3. timer->heap: the heap, or the slot it is in; NULL: it is not armed.
 */
#ifndef FADEN_BASE_WHEEL_H
#define FADEN_BASE_WHEEL_H

#include "base/heap.h"

enum { WHEEL_TICK = 20, WHEEL_BITS = 6, WHEEL_SLOTS = 64, WHEEL_LEVELS = 7 };

struct wheel {
    int64_t tick;
    uint64_t count; /* armed timers, near and far */
    uint64_t occupied[WHEEL_LEVELS];
    struct heap near;
    struct faden__timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

static inline void wheel_place(struct wheel *w, struct faden__timer *t)
{
    int64_t tick = t->when >> WHEEL_TICK, distance = tick - w->tick;
    struct faden__timer **slot;
    unsigned level, i;
    if (distance <= 0) {
        heap_insert(&w->near, t);
        return;
    }
    /* 7 levels of 6 bits and 20 below: 62 bits, more than a century */
    level = (63 - (unsigned)__builtin_clzll((uint64_t)distance)) / WHEEL_BITS;
    if (level >= WHEEL_LEVELS) {
        level = WHEEL_LEVELS - 1;
        tick = w->tick + ((int64_t)(WHEEL_SLOTS - 1) << (level * WHEEL_BITS));
    }
    i = (unsigned)(tick >> (level * WHEEL_BITS)) % WHEEL_SLOTS;
    slot = &w->slots[level][i];
    w->occupied[level] |= (uint64_t)1 << i;
    t->next = *slot;
    t->prev = NULL;
    if (*slot)
        (*slot)->prev = t;
    *slot = t;
    t->heap = slot;
}

static inline void wheel_insert(struct wheel *w, struct faden__timer *t)
{
    w->count++;
    wheel_place(w, t);
}

/* `t` is armed. */
static inline void wheel_remove(struct wheel *w, struct faden__timer *t)
{
    struct faden__timer **slot = t->heap;
    w->count--;
    if (t->heap == &w->near) {
        heap_remove(&w->near, t);
        return;
    }
    if (t->prev)
        t->prev->next = t->next;
    else
        *slot = t->next;
    if (t->next)
        t->next->prev = t->prev;
    t->heap = NULL;
}

/* The next tick at which a slot begins that may hold timers; INT64_MAX: none. */
static inline int64_t wheel_next_tick(const struct wheel *w)
{
    int64_t next = INT64_MAX;
    unsigned l;
    for (l = 0; l < WHEEL_LEVELS; l++) {
        int64_t here = w->tick >> (l * WHEEL_BITS);
        unsigned first = (unsigned)(here + 1) % WHEEL_SLOTS; /* slot at distance 1 */
        uint64_t from_first = w->occupied[l] >> first;
        int64_t candidate;
        if (!w->occupied[l])
            continue;
        if (first)
            from_first |= w->occupied[l] << (WHEEL_SLOTS - first);
        candidate = (here + 1 + __builtin_ctzll(from_first)) << (l * WHEEL_BITS);
        if (candidate < next)
            next = candidate;
    }
    return next;
}

/* The wheel's tick has come to where a slot of `level` begins: its timers move down. */
static inline void wheel_cascade(struct wheel *w, unsigned level)
{
    unsigned i = (unsigned)(w->tick >> (level * WHEEL_BITS)) % WHEEL_SLOTS;
    struct faden__timer *t = w->slots[level][i];
    w->slots[level][i] = NULL;
    w->occupied[level] &= ~((uint64_t)1 << i);
    while (t) {
        struct faden__timer *next = t->next;
        __builtin_prefetch(next);
        wheel_place(w, t);
        t = next;
    }
}

/* Move what is due by `now` into the heap. Costs nothing for the time in which nothing was due. */
static inline void wheel_turn(struct wheel *w, int64_t now)
{
    int64_t until = now >> WHEEL_TICK, next;
    while ((next = wheel_next_tick(w)) <= until) {
        unsigned l = WHEEL_LEVELS;
        w->tick = next;
        while (l-- > 0)
            if ((next & (((int64_t)1 << (l * WHEEL_BITS)) - 1)) == 0)
                wheel_cascade(w, l);
    }
    if (w->tick < until)
        w->tick = until;
}

/* The earliest timer, if it is due by `now`, disarmed; else NULL. */
static inline struct faden__timer *wheel_take_due(struct wheel *w, int64_t now)
{
    struct faden__timer *t = w->near.first;
    if (!t || t->when > now)
        return NULL;
    wheel_remove(w, t);
    return t;
}

/* When to look next: not later than the earliest timer. FADEN_FOREVER: none is armed. */
static inline int64_t wheel_next_time(const struct wheel *w)
{
    int64_t next;
    if (w->near.first)
        return w->near.first->when;
    next = wheel_next_tick(w);
    return next > FADEN_FOREVER >> WHEEL_TICK ? FADEN_FOREVER : next << WHEEL_TICK;
}

#endif
