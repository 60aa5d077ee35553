/* SPDX-License-Identifier: MIT */
/* connect(2). A non-blocking one says EINPROGRESS, is writable when it is over, and keeps its
   result in SO_ERROR. */
#define _GNU_SOURCE
#include <faden/time.h>

#include "io/io.h"
#include "io/system.h"

struct connection {
    int fd;
    const struct sockaddr *addr;
    socklen_t len;
    int result;
};

static int connect_now(const struct connection *k)
{
    return (int)SYSTEM(connect(k->fd, k->addr, k->len));
}

static int outcome(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    int err = (int)SYSTEM(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
    return err < 0 ? err : -error;
}

/* In blocking mode a signal handler leaves it going on in the kernel as well. */
static int connect_blocking(const struct connection *k)
{
    int saved = errno;
    int err = connect(k->fd, k->addr, k->len) == 0 ? 0 : -errno;
    struct pollfd p = {.fd = k->fd, .events = POLLOUT};
    errno = saved;
    if (err != -EINTR && err != -EINPROGRESS)
        return err;
    err = (int)SYSTEM(poll(&p, 1, -1));
    return err < 0 ? err : outcome(k->fd);
}

static void *connect_in_pool(void *arg)
{
    struct connection *k = arg;
    k->result = connect_blocking(k);
    return NULL;
}

/* Wait for the outcome. An edge may be older than the call, so it is only a reason to look. */
static int finish(struct call *c)
{
    static const struct reason to_connect = {"a connection (faden_connect) on descriptor", NULL};
    for (;;) {
        uint32_t seen = load_acquire(&c->d->edges[WRITING]);
        int err;
        if (poll_now(c->fd, POLLOUT))
            return outcome(c->fd);
        err = call_wait(c, WRITING, seen, &to_connect);
        if (err < 0)
            return err;
    }
}

/* A local listener whose queue is full gives EAGAIN, and nothing tells when it has room. */
static int keep_asking(const struct connection *k)
{
    int64_t pause = FADEN_MSEC / 4;
    int err;
    do {
        err = faden_sleep(pause);
        if (err < 0)
            return err;
        if (pause < 16 * FADEN_MSEC)
            pause *= 2;
        err = connect_now(k);
    } while (err == -EAGAIN && k->addr->sa_family == AF_UNIX);
    return err;
}

static int connect_task(struct call *c, struct connection *k)
{
    int err;
    if (!(load_relaxed(&c->d->what) & IS_OURS) && !is_nonblocking(c->fd)) {
        err = faden_blocking(connect_in_pool, k, NULL);
        return err < 0 ? (err == -EAGAIN ? -ENOMEM : err) : k->result;
    }
    err = connect_now(k);
    if (err == -EAGAIN && k->len >= sizeof(sa_family_t) && k->addr->sa_family == AF_UNIX)
        err = keep_asking(k);
    return err == -EINPROGRESS ? finish(c) : err;
}

int faden_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct connection k = {.fd = fd, .addr = addr, .len = len};
    struct cpu *cpu = mycpu();
    struct call c;
    int err;
    if (!cpu)
        return connect_blocking(&k);
    err = call_begin(&c, cpu, fd);
    if (err < 0)
        return err;
    err = connect_task(&c, &k);
    call_end(&c, WRITING);
    return err;
}
