/* SPDX-License-Identifier: MIT */
/* Registrations that tasks wait on, and that should be looked at if the wait lasts. */
#ifndef FADEN_IO_SUSPECT_H
#define FADEN_IO_SUSPECT_H

#include "io/descriptor.h"

/* The lock is held. */
void suspect_add(struct cpu *cpu, struct descriptor *d, int fd);
/* Forget all that this cpu has. */
void suspects_drop(void);

/* Does the registration of `d` still stand? 0: yes; -EAGAIN: no, but now it does for what the
   number has become; -EBADF, -ENOMEM, -ENOSPC. If not, who waits is woken with `code`. The lock is
   held. (ready.c) */
int ready_verify(struct cpu *cpu, struct descriptor *d, int fd, int code);

#endif
