/* SPDX-License-Identifier: MIT */
/* write(2), writev(2), and writing all. */
#include "io/stream.h"
#include "io/transfer.h"

const struct reason faden__to_write = {"room for output on descriptor", NULL};

/* Only send can be told not to raise SIGPIPE, so what is not surely another kind is sent to. */
static bool maybe_socket(const struct call *c)
{
    uint32_t what = what_of(c->d);
    return (what & IS_KIND) <= IS_SOCKET || !(what & IS_OURS);
}

static void note_kind(struct call *c, ssize_t n)
{
    if (n == -ENOTSOCK && (call_is(c, 0) || call_is(c, IS_SOCKET)))
        stream_find_kind(c);
    else if (n >= 0)
        store_relaxed(&c->d->what, (what_of(c->d) & ~(uint32_t)IS_KIND) | IS_SOCKET);
}

static ssize_t try_write_other(struct call *c, const struct op *op)
{
    struct iovec iov = {op->buf, op->n};
    return stream_try(c, WRITING, &iov, 1);
}

static inline ssize_t try_write(struct call *c, const struct op *op)
{
    if (likely(maybe_socket(c))) {
        ssize_t n = SYSTEM(send(c->fd, op->buf, op->n, MSG_DONTWAIT | MSG_NOSIGNAL));
        if (unlikely(!call_is(c, IS_SOCKET) || n == -ENOTSOCK))
            note_kind(c, n);
        if (likely(n != -ENOTSOCK))
            return n;
    }
    return try_write_other(c, op);
}

static ssize_t thread_write(int fd, const struct op *op)
{
    ssize_t n = SYSTEM(send(fd, op->buf, op->n, MSG_NOSIGNAL));
    return n == -ENOTSOCK ? SYSTEM(write(fd, op->buf, op->n)) : n;
}

ssize_t faden_write(int fd, const void *buf, size_t n)
{
    struct op op = {.buf = (void *)buf, .n = n};
    return transfer(fd, &op, WRITING, try_write, thread_write, false, &faden__to_write);
}

/* What is to be written yet: one call up to the end, else the number could be closed, and be
   somebody else's, in between. Gives 0 at the end. */
static ssize_t try_write_rest(struct call *c, const struct op *op)
{
    struct op *rest = (struct op *)op;
    for (;;) {
        ssize_t n = try_write(c, rest);
        if (unlikely(n < 0) || likely(!op_advance(rest, n)))
            return n < 0 ? n : 0;
        n = call_goes_on(c);
        if (n < 0)
            return n;
    }
}

static ssize_t thread_write_rest(int fd, const struct op *op)
{
    struct op *rest = (struct op *)op;
    ssize_t n;
    do
        n = thread_write(fd, rest);
    while (n >= 0 && op_advance(rest, n));
    return n < 0 ? n : 0;
}

ssize_t faden_write_all(int fd, const void *buf, size_t n)
{
    struct op op = {.buf = (void *)buf, .n = n};
    ssize_t err = transfer(fd, &op, WRITING, try_write_rest, thread_write_rest, false,
                           &faden__to_write);
    return unlikely(err < 0) ? err : (ssize_t)n;
}

static ssize_t try_writev(struct call *c, const struct op *op)
{
    if (unlikely(moves_nothing(op)))
        return SYSTEM(writev(c->fd, op->iov, (int)op->n));
    if (maybe_socket(c)) {
        struct msghdr msg = {.msg_iov = (struct iovec *)op->iov, .msg_iovlen = op->n};
        ssize_t n = SYSTEM(sendmsg(c->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL));
        note_kind(c, n);
        if (n != -ENOTSOCK)
            return n;
    }
    return stream_try(c, WRITING, op->iov, (int)op->n);
}

static ssize_t thread_writev(int fd, const struct op *op)
{
    struct msghdr msg = {.msg_iov = (struct iovec *)op->iov, .msg_iovlen = op->n};
    ssize_t n = moves_nothing(op) ? -ENOTSOCK : SYSTEM(sendmsg(fd, &msg, MSG_NOSIGNAL));
    return n == -ENOTSOCK ? SYSTEM(writev(fd, op->iov, (int)op->n)) : n;
}

ssize_t faden_writev(int fd, const struct iovec *iov, int count)
{
    struct op op = {.iov = iov, .n = (size_t)count};
    if (count < 0 || count > IOV_COUNT_MAX)
        return -EINVAL;
    return transfer(fd, &op, WRITING, try_writev, thread_writev, false, &faden__to_write);
}
