/* SPDX-License-Identifier: MIT */
/* Making sockets and pipes, accepting, and the calls that take flags. */
#define _GNU_SOURCE
#include <netinet/in.h>

#include "io/transfer.h"

/* ---- making ------------------------------------------------------------------------------ */

static uint32_t socket_kind(int domain, int type, int protocol)
{
    bool inet = domain == AF_INET || domain == AF_INET6;
    bool tcp = inet && (type & 0xf) == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP);
    return IS_SOCKET | IS_OURS | (tcp ? IS_TCP : 0);
}

int faden_socket(int domain, int type, int protocol)
{
    int fd = (int)SYSTEM(socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    if (fd >= 0)
        descriptor_born(mycpu(), fd, socket_kind(domain, type, protocol));
    return fd;
}

int faden_socketpair(int domain, int type, int protocol, int fds[2])
{
    int err = (int)SYSTEM(socketpair(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol, fds));
    if (err < 0)
        return err;
    descriptor_born(mycpu(), fds[0], IS_SOCKET | IS_OURS);
    descriptor_born(mycpu(), fds[1], IS_SOCKET | IS_OURS);
    return 0;
}

int faden_pipe(int fds[2])
{
    int err = (int)SYSTEM(pipe2(fds, O_NONBLOCK | O_CLOEXEC));
    if (err < 0)
        return err;
    descriptor_born(mycpu(), fds[0], IS_STREAM | IS_OURS);
    descriptor_born(mycpu(), fds[1], IS_STREAM | IS_OURS);
    return 0;
}

/* ---- accepting --------------------------------------------------------------------------- */

struct acceptance {
    int fd;
    struct sockaddr *addr;
    socklen_t *len;
    int result;
};

static int accept_now(int fd, struct sockaddr *addr, socklen_t *len)
{
    return (int)SYSTEM(accept4(fd, addr, len, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

static void *accept_in_pool(void *arg)
{
    struct acceptance *a = arg;
    a->result = accept_now(a->fd, a->addr, a->len);
    return NULL;
}

/* A listener in blocking mode: it may be shared, and who shares it may be faster once a connection
   has been seen. */
static int accept_blocking(struct acceptance *a)
{
    int err;
    if (!poll_now(a->fd, POLLIN))
        return -EAGAIN;
    err = faden_blocking(accept_in_pool, a, NULL);
    if (err < 0)
        return err == -EAGAIN ? -ENOMEM : err;
    return a->result;
}

/* What connections are that come from a listener not made here; asked once. */
static void find_listener_kind(struct call *c)
{
    int protocol = 0;
    socklen_t len = sizeof protocol;
    uint32_t what = IS_SOCKET;
    if (SYSTEM(getsockopt(c->fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len)) < 0)
        return;
    if (protocol == IPPROTO_TCP)
        what |= IS_TCP;
    store_relaxed(&c->d->what, (what_of(c->d) & IS_OURS) | what);
}

static int try_accept(struct call *c, struct acceptance *a)
{
    uint32_t what = what_of(c->d);
    if (unlikely((what & IS_KIND) != IS_SOCKET))
        find_listener_kind(c);
    if (likely(what & IS_OURS) || is_nonblocking(c->fd))
        return accept_now(a->fd, a->addr, a->len);
    return accept_blocking(a);
}

static int accept_in_thread(int fd, struct sockaddr *addr, socklen_t *len)
{
    int r;
    do
        r = accept_now(fd, addr, len);
    while (r == -EAGAIN && thread_wait(fd, READING) == 0);
    if (r >= 0)
        descriptor_born(NULL, r, IS_SOCKET | IS_OURS);
    return r;
}

int faden_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    static const struct reason to_accept = {"a connection (faden_accept) on descriptor", NULL};
    struct acceptance a = {.fd = fd, .addr = addr, .len = len};
    struct cpu *cpu = mycpu();
    struct call c;
    int r;
    if (unlikely(!cpu))
        return accept_in_thread(fd, addr, len);
    r = call_begin(&c, cpu, fd);
    if (r < 0)
        return r;
    for (;;) {
        uint32_t seen = load_acquire(&c.d->edges[READING]);
        r = try_accept(&c, &a);
        if (r != -EAGAIN)
            break;
        r = call_wait(&c, READING, seen, &to_accept);
        if (r < 0)
            break;
    }
    if (likely(r >= 0))
        descriptor_born(mycpu(), r, IS_SOCKET | IS_OURS | (what_of(c.d) & IS_TCP));
    call_end(&c, READING);
    return r;
}

/* ---- recv, send -------------------------------------------------------------------------- */

static void note_socket(struct call *c, ssize_t n)
{
    if (unlikely(call_is(c, 0)) && n >= 0)
        store_relaxed(&c->d->what, what_of(c->d) | IS_SOCKET);
}

static inline ssize_t try_recv(struct call *c, const struct op *op)
{
    ssize_t n = SYSTEM(recv(c->fd, op->buf, op->n, op->flags | MSG_DONTWAIT));
    note_socket(c, n);
    return n;
}

static ssize_t thread_recv(int fd, const struct op *op)
{
    return SYSTEM(recv(fd, op->buf, op->n, op->flags));
}

/* One call up to the end, as faden_write_all. Gives 0 there. */
static ssize_t try_recv_rest(struct call *c, const struct op *op)
{
    struct op *rest = (struct op *)op;
    ssize_t n;
    while (rest->n && (n = try_recv(c, rest)) != 0) {
        if (n < 0)
            return n;
        if (op_advance(rest, n) && (n = call_goes_on(c)) < 0)
            return n;
    }
    return 0;
}

static ssize_t recv_all(int fd, char *buf, size_t n, int flags)
{
    struct op op = {.buf = buf, .n = n, .flags = flags};
    ssize_t err = transfer(fd, &op, READING, try_recv_rest, thread_recv, false, &faden__to_read);
    return err < 0 && op.n == n ? err : (ssize_t)(n - op.n);
}

/* MSG_WAITALL means nothing to datagrams, and what is only looked at cannot be looked past. */
static bool wants_all(int fd, int flags)
{
    int type = 0;
    socklen_t len = sizeof type;
    if (!(flags & MSG_WAITALL) || flags & (MSG_PEEK | MSG_DONTWAIT) || !mycpu())
        return false;
    return SYSTEM(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len)) == 0 && type == SOCK_STREAM;
}

ssize_t faden_recv(int fd, void *buf, size_t n, int flags)
{
    struct op op = {.buf = buf, .n = n, .flags = flags};
    if (flags == 0)
        return transfer(fd, &op, READING, try_recv, thread_recv, true, &faden__to_read);
    if (unlikely(wants_all(fd, flags)))
        return recv_all(fd, buf, n, flags & ~MSG_WAITALL);
    return transfer(fd, &op, READING, try_recv, thread_recv, false, &faden__to_read);
}

static inline ssize_t try_send(struct call *c, const struct op *op)
{
    ssize_t n = SYSTEM(send(c->fd, op->buf, op->n, op->flags | MSG_DONTWAIT | MSG_NOSIGNAL));
    note_socket(c, n);
    return n;
}

static ssize_t thread_send(int fd, const struct op *op)
{
    return SYSTEM(send(fd, op->buf, op->n, op->flags | MSG_NOSIGNAL));
}

ssize_t faden_send(int fd, const void *buf, size_t n, int flags)
{
    struct op op = {.buf = (void *)buf, .n = n, .flags = flags};
    return transfer(fd, &op, WRITING, try_send, thread_send, false, &faden__to_write);
}

static ssize_t try_recvmsg(struct call *c, const struct op *op)
{
    return SYSTEM(recvmsg(c->fd, op->msg, op->flags | MSG_DONTWAIT));
}

static ssize_t thread_recvmsg(int fd, const struct op *op)
{
    return SYSTEM(recvmsg(fd, op->msg, op->flags));
}

ssize_t faden_recvmsg(int fd, struct msghdr *msg, int flags)
{
    struct op op = {.msg = msg, .flags = flags};
    return transfer(fd, &op, READING, try_recvmsg, thread_recvmsg, false, &faden__to_read);
}

static ssize_t try_sendmsg(struct call *c, const struct op *op)
{
    return SYSTEM(sendmsg(c->fd, op->msg, op->flags | MSG_DONTWAIT | MSG_NOSIGNAL));
}

static ssize_t thread_sendmsg(int fd, const struct op *op)
{
    return SYSTEM(sendmsg(fd, op->msg, op->flags | MSG_NOSIGNAL));
}

ssize_t faden_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    struct op op = {.msg = (struct msghdr *)msg, .flags = flags};
    return transfer(fd, &op, WRITING, try_sendmsg, thread_sendmsg, false, &faden__to_write);
}
