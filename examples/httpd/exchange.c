/* SPDX-License-Identifier: MIT */
#include "exchange.h"
#include "file.h"
#include "live.h"
#include "reply.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

struct exchange *exchange_new(struct conn *c)
{
    struct exchange *x = malloc(sizeof *x);
    if (!x)
        return NULL;
    memset(x, 0, offsetof(struct exchange, path)); /* the two large arrays need not be cleared */
    x->conn = c;
    x->server = c->server;
    x->begun = faden_now();
    x->out = text_in(x->room, sizeof x->room);
    return x;
}

/* 127.0.0.1 "GET / HTTP/1.1" 200 1234 0.123ms */
static void log_exchange(const struct exchange *x)
{
    char line[1024], address[INET6_ADDRSTRLEN];
    const struct conn *c = x->conn;
    bool v6 = c->peer.any.sa_family == AF_INET6;
    const void *from = v6 ? (const void *)&c->peer.v6.sin6_addr : &c->peer.v4.sin_addr;
    struct text t = text_in(line, sizeof line - 1);
    text_add(&t, inet_ntop(v6 ? AF_INET6 : AF_INET, from, address, sizeof address) ? address : "-");
    text_add(&t, " \"");
    if (x->parsed) {
        const struct http_request *r = exchange_request(x);
        size_t n = r->target.len < 200 ? r->target.len : 200; /* each byte may become four */
        size_t m = r->method_name.len < 20 ? r->method_name.len : 20;
        text_bytes(&t, exchange_text(x, r->method_name), m);
        text_char(&t, ' ');
        text_visible(&t, exchange_text(x, r->target), n);
        text_add(&t, r->minor > 0 ? " HTTP/1.1" : " HTTP/1.0");
    }
    text_add(&t, "\" ");
    text_number(&t, x->status);
    text_char(&t, ' ');
    text_number(&t, x->pace.bytes);
    int64_t us = (faden_now() - x->begun) / FADEN_USEC;
    text_char(&t, ' ');
    text_number(&t, us / 1000);
    text_char(&t, '.');
    text_padded(&t, (uint64_t)(us % 1000), 3);
    text_add(&t, x->broken ? "ms broken off\n" : "ms\n");
    log_line(&x->server->log, line, t.len);
}

void exchange_delete(struct exchange *x)
{
    struct server *s = x->server;
    atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->bytes, (uint64_t)x->pace.bytes, memory_order_relaxed);
    if (!s->options->quiet)
        log_exchange(x);
    free(x);
}

void exchange_refuse(struct exchange *x, int status)
{
    x->last = x->linger = true;
    reply_error(x, status);
}

static void answer_get(struct exchange *x)
{
    const struct http_request *r = exchange_request(x);
    x->path_len = http_path_decode(exchange_text(x, r->path), r->path.len, x->path);
    if (x->path_len < 0)
        reply_error(x, -x->path_len);
    else if (!x->server->options->live || !live_reply(x))
        file_reply(x);
}

static void answer(struct exchange *x)
{
    const struct http_request *r = exchange_request(x);
    if (r->expect_other) {
        reply_error(x, 417);
        return;
    }
    switch (r->method) {
    case HTTP_GET:
    case HTTP_HEAD: answer_get(x); break;
    case HTTP_OPTIONS:
        reply_begin(x, 204);
        reply_field(x, "Allow", "GET, HEAD, OPTIONS");
        reply_end(x, 0);
        break;
    case HTTP_KNOWN: reply_error(x, 405); break;
    case HTTP_UNKNOWN: reply_error(x, 501); break;
    }
}

/* Read and forget the request's body. False: the answer is given, or nobody waits for it. */
static bool take_body(struct exchange *x)
{
    const struct http_request *r = exchange_request(x);
    struct inbox *in = x->conn->in;
    if (!r->chunked && r->content_length == 0)
        return true;
    bool waits = r->expect_continue && in->len == in->used;
    if (waits && (r->method == HTTP_KNOWN || r->method == HTTP_UNKNOWN)) {
        x->last = x->linger = true; /* the final status is the answer to the expectation */
        return true;
    }
    if (waits && r->content_length <= x->server->options->body_max && !reply_continue(x))
        return false;
    int status = body_discard(x->conn);
    if (status > 0)
        exchange_refuse(x, status);
    else if (status < 0)
        x->last = x->broken = true;
    return status == 0;
}

void exchange_run(struct exchange *x)
{
    struct server *s = x->server;
    const struct http_request *r = exchange_request(x);
    x->parsed = true;
    x->head_only = r->method == HTTP_HEAD;
    x->last = r->close || (r->minor == 0 && !r->keep_alive) || r->authority;
    if (!take_body(x))
        return;
    if (!x->last && (atomic_load(&s->stopping) || atomic_load(&s->crowded)))
        x->last = x->linger = true;
    answer(x);
}
