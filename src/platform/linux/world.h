/* SPDX-License-Identifier: MIT */
/* A cpu's record in this world. */
#ifndef FADEN_PLATFORM_LINUX_WORLD_H
#define FADEN_PLATFORM_LINUX_WORLD_H

#include "platform/linux/preempt.h"
#include "platform/poller.h"

struct world {
    int epoll; /* what it sleeps in */
    int kick;  /* eventfd: ends the sleep */
    struct preempt_slot slot;
};

int poller_open(struct world *w); /* 0, -EMFILE, -ENFILE, -ENOMEM */
void poller_close(struct world *w);
void poller_after_fork(void); /* in the child */

void fork_prepare(void); /* once */

#endif
