/* SPDX-License-Identifier: MIT */
/*
 * What the I/O layer asks of a hosted world, beyond platform.h: readiness of descriptors, edge by
 * edge. Each back end is one file of the world.
 */
#ifndef FADEN_PLATFORM_POLLER_H
#define FADEN_PLATFORM_POLLER_H

#include "platform/platform.h"

/* POLLER_HUNG comes with edges that tell of more than bytes: an end, an error, urgent data. */
enum poller_event { POLLER_IN = 1, POLLER_OUT = 2, POLLER_HUNG = 4 };

/*
 * From now on tell each time `fd` becomes ready in a direction of `events`; if it is so now, tell
 * that too. Any thread, while the cpu lasts. The registration belongs to the description that `fd`
 * stands for, and ends with it.
 * 0; -EEXIST: this description is watched under this number already; -EPERM: this kind of
 * descriptor is always ready; -EBADF, -ENOMEM, -ENOSPC.
 */
int poller_watch(struct platform_cpu *cpu, int fd, uint64_t tag, unsigned events);
/* Another tag, other events; tells what is ready now. -ENOENT: this description is not watched. */
int poller_change(struct platform_cpu *cpu, int fd, uint64_t tag, unsigned events);
/* Tell no more. Events that are on their way may still come. */
void poller_forget(struct platform_cpu *cpu, int fd);

/* Set by the I/O layer, NULL until then. sink: called within platform_idle, in the scheduler
   context. gone: the poller of this world ends, or (after a fork) is a new one that watches
   nothing. */
extern void (*poller_sink)(uint64_t tag, unsigned events);
extern void (*poller_gone)(const void *world, bool forked);

#endif
