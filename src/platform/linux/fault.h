/* SPDX-License-Identifier: MIT */
/*
 * Faults in guards are reported: a SIGSEGV and SIGBUS handler, and an alternate signal stack for
 * each thread that runs on guarded stacks (the handler cannot run on the stack that is full).
 */
#ifndef FADEN_PLATFORM_LINUX_FAULT_H
#define FADEN_PLATFORM_LINUX_FAULT_H

/*
 * Install the handler, once per process. Whoever installs one later replaces it. A fault that is
 * not in a guard goes on to the handler that was there before. Calls must not overlap.
 */
void fault_init(void);

/*
 * The calling thread gets an alternate signal stack, unless it has one; 0 or -ENOMEM. Each call is
 * undone by one of fault_thread_exit; what is left is undone when the thread ends.
 */
int fault_thread_init(void);
void fault_thread_exit(void);

/* Hold the reservations still, while the process is copied. */
void memory_lock(void);
void memory_unlock(void);

#endif
