/* SPDX-License-Identifier: MIT */
/*
 * A pairing heap of timers, earliest first (Fredman, Sedgewick, Sleator, Tarjan 1986). Insert and
 * find-first are O(1), removal of any entry O(log n) amortised, and nothing is ever allocated: the
 * links lie in the entry.
 *
 *   first -> a          child: the first of its children
 *            |          next:  the next sibling
 *            b - c      prev:  the previous sibling, or for the first child, the parent
 *
 * Invariants: no child is earlier than its parent; entry->heap is this heap while the entry is in
 * it, NULL otherwise.
 */
#ifndef FADEN_BASE_HEAP_H
#define FADEN_BASE_HEAP_H

#include <faden/task.h>

struct heap {
    struct faden__timer *first;
    uint64_t count;
};

static inline struct faden__timer *heap_meld(struct faden__timer *a, struct faden__timer *b)
{
    if (!a || !b)
        return a ? a : b;
    if (b->when < a->when) {
        struct faden__timer *swap = a;
        a = b;
        b = swap;
    }
    b->next = a->child;
    b->prev = a;
    if (a->child)
        a->child->prev = b;
    a->child = b;
    return a;
}

/* Meld a list of siblings into one: pairs from left to right, then all from right to left. */
static inline struct faden__timer *heap_meld_siblings(struct faden__timer *list)
{
    struct faden__timer *pairs = NULL, *result = NULL;
    while (list) {
        struct faden__timer *a = list, *b = a->next;
        list = b ? b->next : NULL;
        a->next = a->prev = NULL;
        if (b)
            b->next = b->prev = NULL;
        a = heap_meld(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs) {
        struct faden__timer *next = pairs->next;
        pairs->next = NULL;
        result = heap_meld(result, pairs);
        pairs = next;
    }
    return result;
}

static inline void heap_insert(struct heap *h, struct faden__timer *t)
{
    t->child = t->next = t->prev = NULL;
    t->heap = h;
    h->first = heap_meld(h->first, t);
    h->count++;
}

static inline void heap_remove(struct heap *h, struct faden__timer *t)
{
    if (h->first == t) {
        h->first = heap_meld_siblings(t->child);
    } else {
        if (t->prev->child == t)
            t->prev->child = t->next;
        else
            t->prev->next = t->next;
        if (t->next)
            t->next->prev = t->prev;
        h->first = heap_meld(h->first, heap_meld_siblings(t->child));
    }
    if (h->first)
        h->first->prev = h->first->next = NULL;
    t->heap = NULL;
    h->count--;
}

#endif
