/* SPDX-License-Identifier: MIT */
/* The body of a request: no resource here takes one, so it is read to find the next request. */
#include "conn.h"
#include "http_chunked.h"
#include "net.h"

#define SCRATCH 2048 /* bytes at least, to receive a body into */

/* Bytes of the body so far; which way it ends. */
struct body {
    struct http_chunked chunked;
    uint64_t left; /* not chunked */
};

/* Take what was received. Gives how much of it belongs to the body, or a status negated. */
static ssize_t take(const struct http_request *r, struct body *b, const char *data, size_t n)
{
    if (r->chunked)
        return http_chunked_feed(&b->chunked, data, n);
    n = n < b->left ? n : (size_t)b->left;
    b->left -= n;
    return (ssize_t)n;
}

static bool done(const struct http_request *r, const struct body *b)
{
    return r->chunked ? b->chunked.done : b->left == 0;
}

/* Receive into the inbox behind the head, over what was received of the body before. */
static int more(struct conn *c, struct pace *p)
{
    if (!conn_reserve(c, SCRATCH))
        return 503;
    struct inbox *in = c->in;
    ssize_t n =
        net_recv_paced(c->fd, in->data + in->len, in->room - in->len, p, c->server->options);
    if (n <= 0)
        return n == -ETIMEDOUT ? 408 : -1;
    in->len += (size_t)n;
    return 0;
}

int body_discard(struct conn *c)
{
    const struct options *o = c->server->options;
    struct body b = {.left = (uint64_t)c->in->request.content_length};
    struct pace p = {0, 0};
    size_t head = c->in->used;
    http_chunked_init(&b.chunked, (uint64_t)o->body_max);
    if (b.left > (uint64_t)o->body_max)
        return 413;
    for (;;) {
        struct inbox *in = c->in;
        ssize_t n = take(&in->request, &b, in->data + head, in->len - head);
        if (n < 0)
            return (int)-n;
        if (done(&in->request, &b)) {
            in->used = head + (size_t)n;
            return 0;
        }
        in->len = head;
        int status = more(c, &p);
        if (status != 0)
            return status;
    }
}
