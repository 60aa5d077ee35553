/* SPDX-License-Identifier: MIT */
/*
 * A request and its answer. An answer is put together in `out` and sent with one call if it is
 * small:
 *
 *      reply_begin(x, 200);
 *      reply_field(x, "Content-Type", "text/plain");
 *      reply_body(x, "hello\n", 6);            // or reply_end and the body by other means
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "conn.h"
#include "http_path.h"
#include "net.h"
#include "text.h"

#define EXCHANGE_OUT 16384 /* bytes of head and small body */

struct exchange {
    struct conn *conn;
    struct server *server;
    int64_t begun;
    int status;     /* of the answer */
    bool parsed;    /* there is a whole request, not just something to refuse */
    bool head_only; /* the body is left out: HEAD */
    bool last;      /* the connection is closed after this */
    bool linger;    /* and the peer may not know yet */
    bool broken;    /* the answer could not be sent whole */
    struct pace pace;
    struct text out;
    int path_len;
    char path[HTTP_PATH_MAX + 64]; /* below the root; room for "index.html" */
    char room[EXCHANGE_OUT];
};

struct exchange *exchange_new(struct conn *c); /* NULL: no memory */
void exchange_delete(struct exchange *x);

/* Answer the request in the conn's inbox. */
void exchange_run(struct exchange *x);

/* Answer with an error status and close, since where the next request begins is not known. */
void exchange_refuse(struct exchange *x, int status);

/* The request, and a piece of it. */
static inline const struct http_request *exchange_request(const struct exchange *x)
{
    return &x->conn->in->request;
}

static inline const char *exchange_text(const struct exchange *x, struct http_slice s)
{
    return x->conn->in->data + s.at;
}

#endif
