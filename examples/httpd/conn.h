/* SPDX-License-Identifier: MIT */
/*
 * One connection: a task that reads a request, has it answered, and reads the next one, until
 * either side wants to end. What it holds while it waits is this record, a stack, and an inbox;
 * after a second of waiting the inbox is given back too.
 */
#ifndef CONN_H
#define CONN_H

#include "http_parse.h"
#include "server.h"

#include <netinet/in.h>

/* What was received: a head, then perhaps a body, then perhaps the next requests. */
struct inbox {
    struct http_request request;
    size_t len, room;
    size_t used; /* of len: what the request under way takes */
    char data[];
};

struct conn {
    struct server *server;
    int fd;
    struct idle_entry idle;
    struct inbox *in;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
};

/* Serve the accepted socket `fd` in a task of its own, in the server's scope; a slot was taken for
   it. Closes the socket and gives the slot back in any case. Gives 0 or a negative errno value. */
int conn_start(struct server *s, int fd, const struct sockaddr *peer, socklen_t len);

/* ---- for conn.c, head.c and body.c only ---- */

/* Room for `n` bytes after what was received. False: no memory. Moves the inbox. */
bool conn_reserve(struct conn *c, size_t n);

/* Wait for a request and take its head. Gives 1; 0: none comes, close; or the status to refuse
   with. */
int head_read(struct conn *c);

/* Read the body of the request and throw it away. Gives 0; -1: the peer is gone; or the status to
   refuse with, after which the connection must be closed. */
int body_discard(struct conn *c);

#endif
