/* SPDX-License-Identifier: MIT */
/*
 * The loop of every call that moves bytes. `attempt` does the system call once, without waiting,
 * and `blocking` does it in a plain thread. Both are constants and get inlined.
 */
#ifndef FADEN_IO_TRANSFER_H
#define FADEN_IO_TRANSFER_H

#include "io/io.h"
#include "io/system.h"

/* The arguments of any of them. */
struct op {
    union {
        void *buf;
        const struct iovec *iov;
        struct msghdr *msg;
    };
    size_t n;
    int flags;
};

/* With these a call never waits. */
enum { NEVER_WAITS = MSG_DONTWAIT | MSG_ERRQUEUE };

/* Pieces without a byte: readv and writev do nothing then, but recvmsg takes a datagram, and
   sendmsg sends one. */
static inline bool moves_nothing(const struct op *op)
{
    size_t i = 0;
    while (i < op->n && !op->iov[i].iov_len)
        i++;
    return i == op->n;
}

/* `done` bytes of a buffer have been moved; is there more? */
static inline bool op_advance(struct op *op, ssize_t done)
{
    op->buf = (char *)op->buf + done;
    op->n -= (size_t)done;
    return op->n;
}

/* A call that has moved something tries to move more: as if another one began. */
static inline int call_goes_on(struct call *c)
{
    budget_use(c->cpu);
    return ended(c->cpu);
}

typedef ssize_t attempt_fn(struct call *c, const struct op *op);
typedef ssize_t blocking_fn(int fd, const struct op *op);

static inline ssize_t transfer_in_thread(int fd, const struct op *op, enum direction dir,
                                         blocking_fn *blocking)
{
    for (;;) {
        ssize_t n = blocking(fd, op);
        if (n != -EAGAIN || op->flags & NEVER_WAITS)
            return n;
        if (thread_wait(fd, dir) < 0)
            return -EAGAIN;
    }
}

/* Edges have been counted since before `seen`, and the try that followed left nothing. */
static inline void mark_dry(struct descriptor *d, enum direction dir, uint32_t seen)
{
    if (load_relaxed(&d->interest) & 1 << dir && !load_relaxed(&d->hung))
        store_relaxed(&d->dry[dir], seen + 1);
}

/*
 * short_is_dry: a try that moves less than it could leaves nothing to move (for TCP; the end of the
 * stream, errors and urgent data have told of themselves: `hung`). Then the next call does not try.
 */
__attribute__((always_inline)) static inline ssize_t
transfer(int fd, const struct op *op, enum direction dir, attempt_fn *attempt,
         blocking_fn *blocking, bool short_is_dry, const struct reason *reason)
{
    struct cpu *cpu = mycpu();
    struct call c;
    ssize_t n;
    if (unlikely(!cpu))
        return transfer_in_thread(fd, op, dir, blocking);
    n = call_begin(&c, cpu, fd);
    if (unlikely(n < 0))
        return n;
    for (;;) {
        uint32_t seen = load_acquire(&c.d->edges[dir]);
        if (short_is_dry && load_relaxed(&c.d->dry[dir]) == seen + 1) {
            n = -EAGAIN;
        } else {
            n = attempt(&c, op);
            if (short_is_dry && n > 0 && (size_t)n < op->n && what_of(c.d) & IS_TCP)
                mark_dry(c.d, dir, seen);
        }
        if (likely(n != -EAGAIN) || op->flags & NEVER_WAITS)
            break;
        n = call_wait(&c, dir, seen, reason);
        if (unlikely(n < 0))
            break;
    }
    call_end(&c, dir);
    return n;
}

/* Reasons, for all calls. */
extern const struct reason faden__to_read, faden__to_write;

#endif
