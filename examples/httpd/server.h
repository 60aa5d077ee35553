/* SPDX-License-Identifier: MIT */
/*
 * The server: one task accepts, one per connection serves, one writes the log, and the main task
 * waits for the signal to stop.
 *
 *      main task --- scope ---+--- acceptor          ends when it is cancelled
 *                             +--- connection ...    end when idle, or done with a request
 *                             +--- impatience        at a second signal: ends the scope
 */
#ifndef SERVER_H
#define SERVER_H

#include "idle.h"
#include "log.h"
#include "options.h"

#include <faden/faden.h>

#include <stdatomic.h>

struct server {
    const struct options *options;
    int listener;
    int signals; /* a signalfd */
    int root;    /* the directory served */
    uint16_t port;

    faden_scope scope;    /* all tasks but the log's */
    faden_sem slots;      /* connections that may still be accepted */
    faden_waitgroup live; /* connections */
    struct idle idle;     /* those of them between two requests */
    struct log log;

    atomic_bool stopping; /* answer what is under way, then close */
    atomic_bool crowded;  /* somebody waits for a slot: close after each answer */
    atomic_int failed;    /* why accepting ended, if not by a signal; a negative errno value */

    _Atomic uint64_t accepted, open, requests, bytes; /* since the start; open: now */
};

/* Run until a signal comes and what was under way is done. The argument is a struct server whose
   first group of members is set. Gives the exit status. The main function of a faden_run. */
int server_main(void *server);

/* A socket that listens as the options say; *port is the one it got. Gives -1 after having told
   what is wrong. */
int listen_on(const struct options *o, uint16_t *port);

/* Where the server can be reached: "http://127.0.0.1:8080/". */
void listen_url(const struct options *o, uint16_t port, char *url, size_t size);

#endif
