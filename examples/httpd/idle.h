/* SPDX-License-Identifier: MIT */
/*
 * The connections on which no request is under way: the ones to close when the server stops, or
 * when others wait for their place. Closing is shutdown(SHUT_RD): the connection's own task sees
 * the end of the stream, but still what had come before.
 */
#ifndef IDLE_H
#define IDLE_H

#include <faden/sync.h>

struct idle_entry {
    struct idle_entry *older, *newer;
    int fd;
    bool listed;
    bool fresh; /* no request yet: closed only when the server stops */
};

struct idle {
    faden_mutex mutex; /* over everything below, and over shutting down a listed descriptor */
    struct idle_entry *oldest, *newest;
    bool closing, closed; /* none but fresh ones may wait; nobody may */
};

/* `e` waits from now on. False: it should not. */
bool idle_enter(struct idle *l, struct idle_entry *e);

/* It has something to do, or is about to close its descriptor. */
void idle_leave(struct idle *l, struct idle_entry *e);

/* Close the one that waits longest; false: there is none. */
bool idle_close_oldest(struct idle *l);

/* Close all, now and in the future; those without a request yet only if `fresh` says so. */
void idle_close_all(struct idle *l, bool fresh);

#endif
