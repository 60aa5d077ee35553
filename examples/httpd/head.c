/* SPDX-License-Identifier: MIT */
/* Waiting for a request, and reading its head. */
#include "conn.h"
#include "net.h"

#include <stdlib.h>

#define KEEP_INBOX FADEN_SEC /* of waiting; then the inbox is given back */

/* Wait for the first bytes of a request, for `ns` at most. Gives what recv gives. */
static ssize_t first_bytes(struct conn *c, int64_t ns)
{
    struct pollfd p = {c->fd, POLLIN, 0};
    if (!conn_reserve(c, 1))
        return -ENOMEM;
    int64_t soon = ns < KEEP_INBOX ? ns : KEEP_INBOX;
    ssize_t n = net_recv(c->fd, c->in->data, c->in->room, soon);
    if (n != -ETIMEDOUT || ns == soon)
        return n;
    free(c->in);
    c->in = NULL;
    n = faden_poll(&p, 1, ns - soon);
    if (n <= 0)
        return n < 0 ? n : -ETIMEDOUT;
    if (!conn_reserve(c, 1))
        return -ENOMEM;
    return net_recv(c->fd, c->in->data, c->in->room, ns);
}

/* The same, as one of those that may be told to stop waiting. */
static ssize_t wait_idle(struct conn *c)
{
    struct server *s = c->server;
    const struct options *o = s->options;
    bool fresh = c->idle.fresh;
    if ((!fresh && atomic_load(&s->crowded)) || !idle_enter(&s->idle, &c->idle))
        return 0;
    ssize_t n = first_bytes(c, fresh ? o->head_timeout : o->idle_timeout);
    idle_leave(&s->idle, &c->idle);
    return n;
}

int head_read(struct conn *c)
{
    int64_t deadline = 0;
    for (;;) {
        ssize_t n;
        struct inbox *in = c->in;
        if (!in || in->len == 0) {
            n = wait_idle(c);
        } else {
            int got = http_request_parse(&in->request, in->data, in->len);
            if (got > 0)
                in->used = (size_t)got;
            if (got != 0)
                return got > 0 ? 1 : -got;
            if (!conn_reserve(c, 1))
                return 503;
            in = c->in;
            int64_t now = faden_now();
            if (deadline == 0)
                deadline = now + c->server->options->head_timeout;
            n = net_recv(c->fd, in->data + in->len, in->room - in->len, deadline - now);
            if (n == -ETIMEDOUT)
                return 408;
        }
        if (n <= 0)
            return 0;
        c->in->len += (size_t)n;
    }
}
