/* SPDX-License-Identifier: MIT */
#include "idle.h"

#include <sys/socket.h>

bool idle_enter(struct idle *l, struct idle_entry *e)
{
    faden_mutex_lock(&l->mutex);
    bool open = !l->closed && !(l->closing && !e->fresh);
    if (open) {
        e->older = l->newest;
        e->newer = NULL;
        *(l->newest ? &l->newest->newer : &l->oldest) = e;
        l->newest = e;
        e->listed = true;
    }
    faden_mutex_unlock(&l->mutex);
    return open;
}

/* The mutex is held. */
static void unlink_entry(struct idle *l, struct idle_entry *e)
{
    *(e->older ? &e->older->newer : &l->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &l->newest) = e->older;
    e->listed = false;
}

void idle_leave(struct idle *l, struct idle_entry *e)
{
    faden_mutex_lock(&l->mutex);
    if (e->listed)
        unlink_entry(l, e);
    faden_mutex_unlock(&l->mutex);
}

bool idle_close_oldest(struct idle *l)
{
    faden_mutex_lock(&l->mutex);
    struct idle_entry *e = l->oldest;
    while (e && e->fresh)
        e = e->newer;
    if (e) {
        shutdown(e->fd, SHUT_RD);
        unlink_entry(l, e);
    }
    faden_mutex_unlock(&l->mutex);
    return e != NULL;
}

void idle_close_all(struct idle *l, bool fresh)
{
    faden_mutex_lock(&l->mutex);
    l->closing = true;
    l->closed = fresh;
    for (struct idle_entry *e = l->oldest, *newer; e; e = newer) {
        newer = e->newer;
        if (fresh || !e->fresh) {
            shutdown(e->fd, SHUT_RD);
            unlink_entry(l, e);
        }
    }
    faden_mutex_unlock(&l->mutex);
}
