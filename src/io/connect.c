/* SPDX-License-Identifier: MIT */
/* connect(2). A non-blocking one says EINPROGRESS, is writable when it is over, and tells who asks
   again how it ended. */
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

/* Asked while it goes on, and after it has succeeded. */
static int asked_again(int err)
{
    if (err == -EALREADY)
        return -EINPROGRESS;
    return err == -EISCONN ? 0 : err;
}

static int connect_in_thread(const struct connection *k)
{
    int err = connect_now(k);
    while (err == -EINPROGRESS && thread_wait(k->fd, WRITING) == 0)
        err = asked_again(connect_now(k));
    return err;
}

static void *connect_in_pool(void *arg)
{
    struct connection *k = arg;
    k->result = connect_in_thread(k);
    return NULL;
}

/* An edge may be older than the call, so it is only a reason to ask. */
static int connect_waiting(struct call *c, const struct connection *k)
{
    static const struct reason to_connect = {"a connection (faden_connect) on descriptor", NULL};
    uint32_t seen = load_acquire(&c->d->edges[WRITING]);
    int err = connect_now(k);
    while (err == -EINPROGRESS) {
        err = call_wait(c, WRITING, seen, &to_connect);
        if (err < 0)
            return err;
        seen = load_acquire(&c->d->edges[WRITING]);
        err = asked_again(connect_now(k));
    }
    return err;
}

/* A local listener whose queue is full gives EAGAIN, and nothing tells when it has room. */
static int keep_asking(const struct call *c, const struct connection *k)
{
    int64_t pause = FADEN_MSEC / 4;
    int err;
    do {
        err = faden_sleep(pause);
        if (err < 0)
            return err;
        if (load_acquire(&c->d->calls) & CALLS_CLOSING)
            return -EBADF;
        if (pause < 16 * FADEN_MSEC)
            pause *= 2;
        err = connect_now(k);
    } while (err == -EAGAIN && k->addr->sa_family == AF_UNIX);
    return err;
}

static int connect_task(struct call *c, struct connection *k)
{
    int err;
    if (!(what_of(c->d) & IS_OURS) && !is_nonblocking(c->fd)) {
        err = faden_blocking(connect_in_pool, k, NULL);
        return err < 0 ? (err == -EAGAIN ? -ENOMEM : err) : k->result;
    }
    err = connect_waiting(c, k);
    if (err == -EAGAIN && k->addr->sa_family == AF_UNIX)
        err = keep_asking(c, k);
    return err;
}

int faden_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct connection k = {.fd = fd, .addr = addr, .len = len};
    struct cpu *cpu = mycpu();
    struct call c;
    int err;
    if (!cpu)
        return connect_in_thread(&k);
    err = call_begin(&c, cpu, fd);
    if (err < 0)
        return err;
    err = connect_task(&c, &k);
    call_end(&c, WRITING);
    return err;
}
