/* SPDX-License-Identifier: MIT */
/* Every call that can wait, set up so that it does: for the tests of what ends a wait. */
#ifndef TESTS_IO_WAITS_H
#define TESTS_IO_WAITS_H

#include "test.h"

struct waiting {
    const char *name;
    int fd;   /* what it waits on */
    int peer; /* the other end, or -1 */
    int more; /* closed at the end, or -1 */
};

/* A local address whose listener takes no more connections. */
UNUSED static int full_listener(struct sockaddr_un *addr, int *queued)
{
    static int number;
    int fd = faden_socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t len = sizeof *addr;
    *addr = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(addr->sun_path + 1, sizeof addr->sun_path - 1, "faden-test-%d-%d", getpid(), number++);
    EQUAL(bind(fd, (struct sockaddr *)addr, len), 0);
    EQUAL(listen(fd, 0), 0);
    *queued = faden_socket(AF_UNIX, SOCK_STREAM, 0);
    EQUAL(connect(*queued, (struct sockaddr *)addr, len), 0);
    return fd;
}

/* On the loopback interface a connection to a full queue is in progress until there is room. */
UNUSED static void full_tcp_listener(struct waiting *w, struct sockaddr_in *addr)
{
    w->more = tcp_listener(addr, 0);
    w->peer = socket(AF_INET, SOCK_STREAM, 0);
    EQUAL(connect(w->peer, (struct sockaddr *)addr, sizeof *addr), 0);
    w->fd = faden_socket(AF_INET, SOCK_STREAM, 0);
}

static struct sockaddr_in connect_to;
static char big[1 << 20];

static void set_pair(struct waiting *w, enum pair_kind kind, bool read_end)
{
    int fds[2];
    make_pair(kind, fds);
    w->fd = fds[!read_end];
    w->peer = fds[read_end];
    w->more = -1;
    if (!read_end)
        fill(w->fd);
}

static int wait_read(struct waiting *w)
{
    return (int)faden_read(w->fd, big, sizeof big);
}

static int wait_readv(struct waiting *w)
{
    struct iovec iov = {big, sizeof big};
    return (int)faden_readv(w->fd, &iov, 1);
}

static int wait_recv(struct waiting *w)
{
    return (int)faden_recv(w->fd, big, sizeof big, 0);
}

static int wait_recvmsg(struct waiting *w)
{
    struct iovec iov = {big, sizeof big};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    return (int)faden_recvmsg(w->fd, &msg, 0);
}

static int wait_write(struct waiting *w)
{
    return (int)faden_write(w->fd, big, 1);
}

static int wait_write_all(struct waiting *w)
{
    return (int)faden_write_all(w->fd, big, 1);
}

static int wait_writev(struct waiting *w)
{
    struct iovec iov = {big, 1};
    return (int)faden_writev(w->fd, &iov, 1);
}

static int wait_send(struct waiting *w)
{
    return (int)faden_send(w->fd, big, 1, 0);
}

static int wait_sendmsg(struct waiting *w)
{
    struct iovec iov = {big, 1};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    return (int)faden_sendmsg(w->fd, &msg, 0);
}

static int wait_accept(struct waiting *w)
{
    return faden_accept(w->fd, NULL, NULL);
}

static int wait_connect(struct waiting *w)
{
    return faden_connect(w->fd, (struct sockaddr *)&connect_to, sizeof connect_to);
}

/* POLLNVAL, as a negative errno value. */
static int wait_poll(struct waiting *w)
{
    struct pollfd p[2] = {{.fd = -1}, {.fd = w->fd, .events = POLLIN}};
    int n = faden_poll(p, 2, -1);
    return n == 1 && p[1].revents & POLLNVAL ? -EBADF : n;
}

enum { N_WAITS = 12 };
static const struct wait_call {
    const char *name;
    int (*call)(struct waiting *w);
    enum { END_READS, END_WRITES, LISTENS, CONNECTS } set_up;
    bool sockets_only;
} wait_calls[N_WAITS] = {
    {"read", wait_read, END_READS, false},
    {"readv", wait_readv, END_READS, false},
    {"recv", wait_recv, END_READS, true},
    {"recvmsg", wait_recvmsg, END_READS, true},
    {"poll", wait_poll, END_READS, false},
    {"write", wait_write, END_WRITES, false},
    {"write_all", wait_write_all, END_WRITES, false},
    {"writev", wait_writev, END_WRITES, false},
    {"send", wait_send, END_WRITES, true},
    {"sendmsg", wait_sendmsg, END_WRITES, true},
    {"accept", wait_accept, LISTENS, true},
    {"connect", wait_connect, CONNECTS, true},
};

/* false: this call is not for this kind. */
UNUSED static bool set_up(struct waiting *w, const struct wait_call *call, enum pair_kind kind)
{
    *w = (struct waiting){.name = call->name, .fd = -1, .peer = -1, .more = -1};
    if (call->sockets_only && kind <= PAIR_PIPE_BLOCKING)
        return false;
    if (call->set_up == END_READS || call->set_up == END_WRITES)
        set_pair(w, kind, call->set_up == END_READS);
    else if (kind != PAIR_TCP)
        return false;
    else if (call->set_up == LISTENS)
        w->fd = tcp_listener(&connect_to, 1);
    else
        full_tcp_listener(w, &connect_to);
    return true;
}

/* All but fd. */
UNUSED static void take_down(struct waiting *w)
{
    if (w->peer >= 0)
        EQUAL(faden_close(w->peer), 0);
    if (w->more >= 0)
        EQUAL(faden_close(w->more), 0);
}

/* Run check(waiting, call) for every call on every kind of descriptor. */
UNUSED static void for_all_waits(void (*check)(struct waiting *, const struct wait_call *))
{
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++)
        for (int i = 0; i < N_WAITS; i++) {
            struct waiting w;
            if (!set_up(&w, &wait_calls[i], kind))
                continue;
            check(&w, &wait_calls[i]);
            take_down(&w);
        }
}

#endif
