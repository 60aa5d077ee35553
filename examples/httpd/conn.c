/* SPDX-License-Identifier: MIT */
#include "conn.h"
#include "exchange.h"
#include "net.h"

#include <stdlib.h>
#include <string.h>

#define INBOX_ROOM (2048 - sizeof(struct inbox) - 16) /* doubled when a head needs it */

bool conn_reserve(struct conn *c, size_t n)
{
    size_t len = c->in ? c->in->len : 0, room = c->in ? c->in->room : 0;
    if (room - len >= n)
        return true;
    size_t wanted = room ? room : INBOX_ROOM;
    while (wanted - len < n)
        wanted *= 2;
    struct inbox *in = realloc(c->in, sizeof *in + wanted);
    if (!in)
        return false;
    if (!c->in) {
        in->len = in->used = 0;
        http_request_init(&in->request);
    }
    in->room = wanted;
    c->in = in;
    return true;
}

/* Forget the request that was answered; what follows it is the next one. */
static void next_request(struct inbox *in)
{
    in->len -= in->used;
    memmove(in->data, in->data + in->used, in->len);
    in->used = 0;
    http_request_init(&in->request);
}

/* Serve one request. False: it was the last. */
static bool serve_one(struct conn *c)
{
    int got = head_read(c);
    if (got == 0)
        return false;
    struct exchange *x = exchange_new(c);
    if (!x)
        return false;
    if (got != 1)
        exchange_refuse(x, got);
    else
        exchange_run(x);
    bool last = x->last, linger = x->linger;
    exchange_delete(x);
    if (last && linger)
        net_linger(c->fd);
    if (last)
        return false;
    next_request(c->in);
    c->idle.fresh = false;
    if (c->in->len > 0)
        faden_yield(); /* whoever sends requests without a pause still takes turns */
    return true;
}

static void conn_end(struct conn *c)
{
    struct server *s = c->server;
    faden_close(c->fd);
    free(c->in);
    free(c);
    atomic_fetch_sub(&s->open, 1);
    faden_sem_post(&s->slots);
    faden_waitgroup_done(&s->live);
}

static void *conn_task(void *arg)
{
    while (serve_one(arg))
        continue;
    conn_end(arg);
    return NULL;
}

int conn_start(struct server *s, int fd, const struct sockaddr *peer, socklen_t len)
{
    /* The stack is taken at once: a task that found none later could not close its socket. */
    static const faden_task_attr attr = {.name = "connection", .prefault = true};
    struct conn *c = calloc(1, sizeof *c);
    if (!c) {
        faden_close(fd);
        faden_sem_post(&s->slots);
        return -ENOMEM;
    }
    c->server = s;
    c->fd = c->idle.fd = fd;
    c->idle.fresh = true;
    memcpy(&c->peer, peer, len < sizeof c->peer ? len : sizeof c->peer);
    atomic_fetch_add(&s->accepted, 1);
    atomic_fetch_add(&s->open, 1);
    faden_waitgroup_add(&s->live, 1);
    int err = faden_scope_spawn(&s->scope, NULL, conn_task, c, &attr);
    if (err < 0)
        conn_end(c);
    return err;
}
