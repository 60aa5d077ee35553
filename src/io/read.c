/* SPDX-License-Identifier: MIT */
/* read(2) and readv(2). */
#include "io/stream.h"
#include "io/transfer.h"

const struct reason faden__to_read = {"input on descriptor", NULL};

/* Is it no socket, as recv says? If not, note what it is. */
static bool no_socket(struct call *c, ssize_t n)
{
    if (n == -ENOTSOCK) {
        stream_find_kind(c);
        return true;
    }
    if (call_is(c, 0) && n != -EBADF)
        store_relaxed(&c->d->what, what_of(c->d) | IS_SOCKET);
    return false;
}

static bool maybe_socket(const struct call *c)
{
    return (what_of(c->d) & IS_KIND) <= IS_SOCKET;
}

static ssize_t try_read_other(struct call *c, const struct op *op)
{
    struct iovec iov = {op->buf, op->n};
    return stream_try(c, READING, &iov, 1);
}

static inline ssize_t try_read(struct call *c, const struct op *op)
{
    if (unlikely(!op->n)) /* recv would take a datagram for it */
        return SYSTEM(read(c->fd, op->buf, 0));
    if (likely(maybe_socket(c))) {
        ssize_t n = SYSTEM(recv(c->fd, op->buf, op->n, MSG_DONTWAIT));
        if (likely(call_is(c, IS_SOCKET) && n != -ENOTSOCK) || !no_socket(c, n))
            return n;
    }
    return try_read_other(c, op);
}

static ssize_t thread_read(int fd, const struct op *op)
{
    return SYSTEM(read(fd, op->buf, op->n));
}

ssize_t faden_read(int fd, void *buf, size_t n)
{
    struct op op = {.buf = buf, .n = n};
    return transfer(fd, &op, READING, try_read, thread_read, true, &faden__to_read);
}

static ssize_t thread_readv(int fd, const struct op *op)
{
    return SYSTEM(readv(fd, op->iov, (int)op->n));
}

static ssize_t try_readv(struct call *c, const struct op *op)
{
    if (unlikely(moves_nothing(op)))
        return thread_readv(c->fd, op);
    if (maybe_socket(c)) {
        struct msghdr msg = {.msg_iov = (struct iovec *)op->iov, .msg_iovlen = op->n};
        ssize_t n = SYSTEM(recvmsg(c->fd, &msg, MSG_DONTWAIT));
        if (!no_socket(c, n))
            return n;
    }
    return stream_try(c, READING, op->iov, (int)op->n);
}

ssize_t faden_readv(int fd, const struct iovec *iov, int count)
{
    struct op op = {.iov = iov, .n = (size_t)count};
    if (count < 0 || count > IOV_COUNT_MAX)
        return -EINVAL;
    return transfer(fd, &op, READING, try_readv, thread_readv, false, &faden__to_read);
}
