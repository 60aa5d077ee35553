/* SPDX-License-Identifier: MIT */
/*
 * Timers of a cpu: a hierarchical wheel for what is far (Varghese and Lauck 1987, scheme 7), a
 * pairing heap for what is near.
 *
 * A tick is 2^20 ns. Level l has 64 slots of 64^l ticks each; a timer lies in the lowest level
 * whose 64 slots reach its tick. When the wheel's tick comes to a slot's begin, its timers move to
 * lower levels, and those whose own tick has come to the heap, which orders them to the nanosecond.
 * So arming and disarming is O(1), each timer moves once a level, and the heap holds the timers of
 * about one millisecond.
 *
 *   tick                     near: heap
 *    |   level 0: . . x . x .  ...  64 slots of a tick
 *    |   level 1: . x . . . .  ...  64 slots of 64 ticks
 *    |   level 2: ...
 *
 * Timers lie in the frames of tasks, each on a page of its own, so with a million of them every
 * touch of one misses both the cache and the TLB. Therefore a slot is no list through its timers:
 * it has their times and addresses in blocks, and who moves them asks for those to come before it
 * needs them (docs/design/decisions.md, 11, has what a heap of all and lists in the slots took).
 *
 *   slot ──> block ──> block ──> NULL      the first one may have room, the others are full
 *            | when, timer |
 *            | when, timer | <── timer->entry
 *
 * The wheel allocates nothing. Who has it gives it blocks (wheel_give) and takes those that are too
 * many (wheel_take_spare). Where a block is wanted and there is none, the timer goes to the heap,
 * which has room for any.
 *
 * Invariants
 *  1. A timer in the wheel has a tick after the wheel's; one in the heap may have any.
 *  2. Bit i of occupied[l] is set if slot i of level l is not empty. It may be set for an empty
 *     one.
 *  3. timer->heap: the heap, or the slot it is in; NULL: it is not armed. In a slot,
 *     timer->entry->timer == timer.
 *  4. No block in a slot is empty.
 */
#ifndef FADEN_BASE_WHEEL_H
#define FADEN_BASE_WHEEL_H

#include "base/heap.h"

enum {
    WHEEL_TICK = 20,
    WHEEL_BITS = 6,
    WHEEL_SLOTS = 64,
    WHEEL_LEVELS = 7,
    WHEEL_BLOCK = 63,       /* entries: a block takes 1 KiB */
    WHEEL_AHEAD = 8,        /* so many entries before its turn a timer is asked for */
    WHEEL_SPARE_KEEP = 128, /* more spare blocks than that are too many */
};

struct faden__timer_entry {
    int64_t when;
    struct faden__timer *timer;
};

struct wheel_block {
    struct wheel_block *next;
    uint32_t count;
    struct faden__timer_entry entries[WHEEL_BLOCK];
};

struct wheel {
    int64_t tick;
    uint64_t count; /* armed timers, near and far */
    uint64_t occupied[WHEEL_LEVELS];
    struct heap near;
    struct wheel_block *spare;
    uint32_t spare_count;
    struct wheel_block *slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

static inline void wheel_give(struct wheel *w, struct wheel_block *b)
{
    b->next = w->spare;
    w->spare = b;
    w->spare_count++;
}

/* A block that is too many, or with `all` any that is spare; NULL: there is none. */
static inline struct wheel_block *wheel_take_spare(struct wheel *w, bool all)
{
    struct wheel_block *b = w->spare;
    if (!b || (!all && w->spare_count <= WHEEL_SPARE_KEEP))
        return NULL;
    w->spare = b->next;
    w->spare_count--;
    return b;
}

/* Nobody will look again: what is still armed is forgotten, and all blocks are spare. */
static inline void wheel_end(struct wheel *w)
{
    unsigned i;
    for (i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++) {
        struct wheel_block **slot = &w->slots[i / WHEEL_SLOTS][i % WHEEL_SLOTS], *b;
        while ((b = *slot)) {
            *slot = b->next;
            wheel_give(w, b);
        }
    }
    w->near = (struct heap){NULL, 0};
    w->count = 0;
}

/* The slot's first block has room, or it gets one that has. false: there is none. */
static inline bool wheel_room(struct wheel *w, struct wheel_block **slot)
{
    struct wheel_block *b = *slot;
    if (__builtin_expect(b && b->count < WHEEL_BLOCK, 1))
        return true;
    b = wheel_take_spare(w, true);
    if (!b)
        return false;
    b->next = *slot;
    b->count = 0;
    *slot = b;
    return true;
}

static inline void wheel_place(struct wheel *w, struct faden__timer *t, int64_t when)
{
    int64_t tick = when >> WHEEL_TICK, distance = tick - w->tick;
    struct wheel_block **slot;
    struct faden__timer_entry *e;
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
    if (__builtin_expect(!wheel_room(w, slot), 0)) {
        heap_insert(&w->near, t);
        return;
    }
    w->occupied[level] |= (uint64_t)1 << i;
    e = &(*slot)->entries[(*slot)->count++];
    *e = (struct faden__timer_entry){when, t};
    t->entry = e;
    t->heap = slot;
}

static inline void wheel_insert(struct wheel *w, struct faden__timer *t)
{
    w->count++;
    wheel_place(w, t, t->when);
}

/* `t` is armed. In a slot, the newest entry takes its place. */
static inline void wheel_remove(struct wheel *w, struct faden__timer *t)
{
    struct wheel_block **slot = t->heap, *b;
    struct faden__timer_entry *newest;
    w->count--;
    if (t->heap == &w->near) {
        heap_remove(&w->near, t);
        return;
    }
    b = *slot;
    newest = &b->entries[--b->count];
    if (newest != t->entry) {
        *t->entry = *newest;
        newest->timer->entry = t->entry;
    }
    if (b->count == 0) {
        *slot = b->next;
        wheel_give(w, b);
    }
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
    struct wheel_block *b = w->slots[level][i];
    w->slots[level][i] = NULL;
    w->occupied[level] &= ~((uint64_t)1 << i);
    while (b) {
        struct wheel_block *next = b->next;
        uint32_t n = b->count, ahead = 0, k;
        for (k = 0; k < n; k++) {
            for (; ahead < n && ahead < k + WHEEL_AHEAD; ahead++)
                __builtin_prefetch(b->entries[ahead].timer, 1);
            wheel_place(w, b->entries[k].timer, b->entries[k].when);
        }
        wheel_give(w, b);
        b = next;
    }
}

/* The wheel's tick goes on to the next one at which something may have to move, or to that of
   `now`. false: it is there already. */
static inline bool wheel_turn(struct wheel *w, int64_t now)
{
    int64_t until = now >> WHEEL_TICK, next = wheel_next_tick(w);
    unsigned l = WHEEL_LEVELS;
    if (w->tick >= until)
        return false;
    if (next > until) {
        w->tick = until;
        return true;
    }
    w->tick = next;
    while (l-- > 0)
        if ((next & (((int64_t)1 << (l * WHEEL_BITS)) - 1)) == 0)
            wheel_cascade(w, l);
    return true;
}

/*
 * The earliest timer, if it is due by `now`, disarmed; else NULL. The wheel turns no further than
 * the timer's tick: however late the cpu looks, the heap has those of one tick at a time, and stays
 * in the cache. (The tick is looked at since the heap may have any, where there were no blocks.)
 */
static inline struct faden__timer *wheel_take_due(struct wheel *w, int64_t now)
{
    do {
        struct faden__timer *t = w->near.first;
        if (t && t->when <= now && t->when >> WHEEL_TICK <= w->tick) {
            wheel_remove(w, t);
            return t;
        }
    } while (wheel_turn(w, now));
    return NULL;
}

/* When to look next: not later than the earliest timer. FADEN_FOREVER: none is armed. */
static inline int64_t wheel_next_time(const struct wheel *w)
{
    int64_t tick = wheel_next_tick(w);
    int64_t next = tick > FADEN_FOREVER >> WHEEL_TICK ? FADEN_FOREVER : tick << WHEEL_TICK;
    return w->near.first && w->near.first->when < next ? w->near.first->when : next;
}

#endif
