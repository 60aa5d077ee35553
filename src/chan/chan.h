/* SPDX-License-Identifier: MIT */
/*
 * Channels.
 *
 * Invariants, outside of the lock's sections
 *  1. Not both senders and receivers wait, but for waits that were ended and have not left yet.
 *  2. A receiver waits only while the buffer is empty; a sender only while it is full.
 *  3. Once closed, nobody waits.
 *
 * An element goes straight from the sender's memory to a waiting receiver's, and from a waiting
 * sender's into the slot that a receiver has emptied: it is copied under the lock, while the waiter
 * is claimed and so cannot leave.
 */
#ifndef FADEN_CHAN_CHAN_H
#define FADEN_CHAN_CHAN_H

#include <faden/chan.h>

#include "sched/slot.h"

struct faden_chan {
    uint32_t lock;
    uint32_t closed;
    size_t elem_size, capacity;
    size_t count, first; /* elements in the buffer; index of the oldest */
    struct faden__waitlist senders, receivers;
    char buffer[];
};

static inline void copy_elem(const faden_chan *c, void *to, const void *from)
{
    if (likely(c->elem_size == sizeof(void *)))
        __builtin_memcpy(to, from, sizeof(void *));
    else if (c->elem_size)
        __builtin_memcpy(to, from, c->elem_size);
}

static inline char *chan_slot(faden_chan *c, size_t i)
{
    i += c->first;
    return c->buffer + (i < c->capacity ? i : i - c->capacity) * c->elem_size;
}

static inline struct faden__waiter *chan_take(struct faden__waitlist *list)
{
    struct faden__waiter *w = waitlist_take(list);
    if (w)
        w->wait->which = w; /* select asks which of its waiters was served */
    return w;
}

/*
 * Do it at once if that is possible: 0, -EPIPE, or -EAGAIN. The lock must be held. `*peer` is who
 * was served by it, to be woken with 0 after the lock is released, or NULL.
 */
static inline int chan_send_now(faden_chan *c, const void *elem, struct faden__waiter **peer)
{
    *peer = NULL;
    if (unlikely(c->closed))
        return -EPIPE;
    if (c->receivers.first && (*peer = chan_take(&c->receivers))) {
        copy_elem(c, (*peer)->elem, elem);
        return 0;
    }
    if (c->count == c->capacity)
        return -EAGAIN;
    copy_elem(c, chan_slot(c, c->count), elem);
    store_relaxed(&c->count, c->count + 1); /* faden_chan_len reads it without the lock */
    return 0;
}

static inline int chan_recv_now(faden_chan *c, void *elem, struct faden__waiter **peer)
{
    *peer = NULL;
    if (c->count) {
        copy_elem(c, elem, chan_slot(c, 0));
        c->first = c->first + 1 < c->capacity ? c->first + 1 : 0;
        if (c->senders.first && (*peer = chan_take(&c->senders)))
            copy_elem(c, chan_slot(c, c->count - 1), (*peer)->elem);
        else
            store_relaxed(&c->count, c->count - 1);
        return 0;
    }
    if (c->senders.first && (*peer = chan_take(&c->senders))) {
        copy_elem(c, elem, (*peer)->elem);
        return 0;
    }
    return unlikely(c->closed) ? -EPIPE : -EAGAIN;
}

#endif
