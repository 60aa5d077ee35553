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

#include "sched/park.h"

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

/* Do it at once if that is possible: 0, -EPIPE, or -EAGAIN. The lock must be held. `*peer` is who was
   served by it, to be woken with 0 after the lock is released. */
int chan_send_now(faden_chan *c, const void *elem, struct faden__waiter **peer);
int chan_recv_now(faden_chan *c, void *elem, struct faden__waiter **peer);

/* Who was served learns which of its waiters it was. */
static inline void chan_wake(struct cpu *cpu, struct faden__waiter *peer)
{
    wake(cpu, peer->wait, 0);
}

#endif
