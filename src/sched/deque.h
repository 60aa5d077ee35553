/* SPDX-License-Identifier: MIT */
/*
 * The deque of new tasks that a cpu offers to the others: David Chase and Yossi Lev, "Dynamic
 * circular work-stealing deque" (2005), in the C11 form of Lê, Pop, Cohen and Zappa Nardelli,
 * "Correct and efficient work-stealing for weak memory models" (2013), with these differences:
 * the array does not grow (what does not fit stays in the cpu's own queue, turn.h), and the
 * orderings stand on the two indices instead of in fences.
 *
 *            top                       bottom
 *             v                          v
 *      . . .  oldest  ...  ...  newest   .  .  .
 *         steal: any cpu              push, take: the owner
 *
 * Both want the last one:
 *
 *      owner (take)                       thief (steal)
 *      bottom = b - 1     (seq_cst)       t = top             (acquire)
 *      t = top            (seq_cst)       b = bottom          (seq_cst)
 *      t == b - 1:                        b - t > 0: read slot t
 *        cas top t -> t + 1               cas top t -> t + 1
 *
 * If the owner reads the old top, its bottom comes before the thief's cas in the one order of all
 * these, and of two that see one element only one cas succeeds. If the owner sees more than one,
 * every later thief sees its bottom, and none comes to the slot it took. A slot is written again
 * only when top has passed it, so a thief that read it too late loses its cas.
 *
 * Indices run freely and wrap; their difference is what counts.
 */
#ifndef FADEN_SCHED_DEQUE_H
#define FADEN_SCHED_DEQUE_H

#include "sched/task.h"

enum { DEQUE_SIZE = 256 }; /* a power of two */

struct deque {
    _Alignas(64) uint32_t top;
    _Alignas(64) uint32_t bottom;
    faden_task *slot[DEQUE_SIZE];
};

/* How many there are, about. */
static inline uint32_t deque_count(const struct deque *d)
{
    int32_t n = (int32_t)(load_relaxed(&d->bottom) - load_relaxed(&d->top));
    return n > 0 ? (uint32_t)n : 0;
}

/* The owner; there is room. seq_cst: who has pushed looks whether somebody sleeps (steal.c). */
static inline void deque_push(struct deque *d, faden_task *t)
{
    uint32_t b = load_relaxed(&d->bottom);
    store_relaxed(&d->slot[b % DEQUE_SIZE], t);
    store_seq_cst(&d->bottom, b + 1);
}

/* The owner takes the newest; NULL: there is none. */
static inline faden_task *deque_take(struct deque *d)
{
    uint32_t b = load_relaxed(&d->bottom) - 1, t;
    faden_task *task;
    store_seq_cst(&d->bottom, b);
    t = load_seq_cst(&d->top);
    if ((int32_t)(b - t) < 0) {
        store_relaxed(&d->bottom, b + 1);
        return NULL;
    }
    task = load_relaxed(&d->slot[b % DEQUE_SIZE]);
    if (b != t)
        return task;
    if (!cas_seq_cst(&d->top, &t, t + 1))
        task = NULL;
    store_relaxed(&d->bottom, b + 1);
    return task;
}

/* Any cpu takes the oldest; NULL: there is none, or somebody else was faster. */
static inline faden_task *deque_steal(struct deque *d)
{
    uint32_t t = load_acquire(&d->top); /* if it is old, the cas fails */
    faden_task *task;
    if ((int32_t)(load_seq_cst(&d->bottom) - t) <= 0)
        return NULL;
    task = load_relaxed(&d->slot[t % DEQUE_SIZE]);
    return cas_seq_cst(&d->top, &t, t + 1) ? task : NULL;
}

/* Whether a thief would find something; for a cpu that has announced its sleep. */
static inline bool deque_offers(const struct deque *d)
{
    uint32_t t = load_acquire(&d->top); /* an old one shows too many */
    return (int32_t)(load_seq_cst(&d->bottom) - t) > 0;
}

#endif
