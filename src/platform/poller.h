/* SPDX-License-Identifier: MIT */
/*
 * What the I/O layer asks of a hosted world, beyond platform.h: readiness of descriptors, edge by
 * edge. Each back end is one file of the world.
 */
#ifndef FADEN_PLATFORM_POLLER_H
#define FADEN_PLATFORM_POLLER_H

#include "platform/platform.h"

enum poller_event { POLLER_IN = 1, POLLER_OUT = 2, POLLER_HANGUP = 4 };

/* From now on tell each time `fd` becomes ready in either direction. The calling thread is `cpu`.
   0; -EPERM: this kind of descriptor is always ready; -ENOMEM, -ENOSPC, -EBADF. */
int poller_watch(struct platform_cpu *cpu, int fd, uint64_t tag);
/* Tell no more. Events that are on their way may still come. Any thread. */
void poller_forget(struct platform_cpu *cpu, int fd);

/* Set by the I/O layer: called within platform_idle, in the scheduler context. */
extern void (*poller_sink)(uint64_t tag, unsigned events);

#endif
