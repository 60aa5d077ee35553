/* SPDX-License-Identifier: MIT */
/* What the core does about fork(2), in a world that has it (fork.c). */
#ifndef FADEN_SCHED_FORK_H
#define FADEN_SCHED_FORK_H

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

/* Called by the thread that forks: before; behind, in the parent; behind, in the child. */
void sched_before_fork(void);
void sched_after_fork(void);
void sched_after_fork_in_child(void);

#pragma GCC visibility pop

#endif
