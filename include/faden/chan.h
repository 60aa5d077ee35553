/* SPDX-License-Identifier: MIT */
/*
 * faden/chan.h: channels, with or without a buffer, and select.
 *
 *      faden_chan *c;
 *      int err = faden_chan_new(&c, sizeof(int), 16);
 *      ...
 *      int n;
 *      while (faden_chan_recv(c, &n) == 0)         // until closed and drained
 *          use(n);
 *      faden_chan_delete(c);
 *
 * A channel carries elements of one size, copied in and out, first in, first out. With capacity 0
 * a send waits for its receiver. Waiters are served first come, first served. Tasks and plain
 * threads may be at either end.
 */
#ifndef FADEN_CHAN_H
#define FADEN_CHAN_H

#include <faden/arch.h>
#include <faden/base.h>

FADEN_BEGIN

typedef struct faden_chan faden_chan;

/* Make a channel for elements of `elem_size` bytes (0 is allowed: only the event counts), holding
   up to `capacity` of them. Gives 0, -ENOMEM, or -EINVAL (the product overflows). Anyone. */
FADEN_API FADEN_CHECK int faden_chan_new(faden_chan **c, size_t elem_size, size_t capacity);

/* Release it. Panics if somebody waits on it. Accepts NULL. Every call on it must have returned:
   after a close that woke others, join them first. */
FADEN_API void faden_chan_delete(faden_chan *c);

/* Copy *elem in. Gives 0; -EPIPE if it is or gets closed; -ECANCELED, -ETIMEDOUT. On failure
   nothing was sent. Waits while it is full. */
FADEN_API FADEN_CHECK int faden_chan_send(faden_chan *c, const void *elem);

/* Copy the oldest element to *elem. Gives 0; -EPIPE once it is closed and drained; -ECANCELED,
   -ETIMEDOUT: then no element was taken. Waits while it is empty. */
FADEN_API FADEN_CHECK int faden_chan_recv(faden_chan *c, void *elem);

/* Private. The calls above, expanded in place; (faden_chan_send)(c, elem) is the function. */
FADEN_API extern struct faden__switch_ops faden__chan_send_ops, faden__chan_recv_ops;

__attribute__((always_inline)) FADEN_CHECK static inline int faden__chan_send(faden_chan *c,
                                                                              const void *elem)
{
    return faden__arch_wait_call(&faden__chan_send_ops, c, (void *)(uintptr_t)elem);
}
__attribute__((always_inline)) FADEN_CHECK static inline int faden__chan_recv(faden_chan *c,
                                                                              void *elem)
{
    return faden__arch_wait_call(&faden__chan_recv_ops, c, elem);
}
#define faden_chan_send(c, elem) faden__chan_send((c), (elem))
#define faden_chan_recv(c, elem) faden__chan_recv((c), (elem))

/* The same, but -EAGAIN where they would wait. */
FADEN_API FADEN_CHECK int faden_chan_try_send(faden_chan *c, const void *elem);
FADEN_API FADEN_CHECK int faden_chan_try_recv(faden_chan *c, void *elem);

/* No more sends: waiting senders and, once it is drained, receivers get -EPIPE. What is in the
   buffer can still be received. Gives 0, or -EPIPE if it was closed before. Does not wait. */
FADEN_API int faden_chan_close(faden_chan *c);

/* How many elements lie in the buffer now, and how many fit. */
FADEN_API size_t faden_chan_len(faden_chan *c);
FADEN_API size_t faden_chan_capacity(const faden_chan *c);

/* ---- select ----------------------------------------------------------------------------- */

typedef enum faden_select_op { FADEN_SELECT_RECV, FADEN_SELECT_SEND } faden_select_op;

typedef struct faden_select_case {
    faden_chan *chan; /* NULL: this case never happens */
    faden_select_op op;
    void *elem; /* where to receive to, or what to send */
    int result; /* set for the case that happened: 0, or -EPIPE */
} faden_select_case;

#define FADEN_SELECT_MAX 64 /* cases at most */

/*
 * Wait until one of the `n` cases can happen and do it; exactly one. If several can, each is as
 * likely as the others. Gives its index; -ECANCELED or -ETIMEDOUT with none done; -EINVAL (n is 0
 * or above FADEN_SELECT_MAX). A closed channel makes its cases happen with result -EPIPE. For a
 * limit in time put it between faden_timeout_begin and _end. Waits.
 */
FADEN_API FADEN_CHECK int faden_select(faden_select_case *cases, size_t n);

/* The same, but -EAGAIN where it would wait (the "default" case). */
FADEN_API FADEN_CHECK int faden_try_select(faden_select_case *cases, size_t n);

FADEN_END

#endif
