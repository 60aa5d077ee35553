/* SPDX-License-Identifier: MIT */
/*
 * fork(2): in which order the parts of the library get ready for it (sched/fork.c has the whole).
 *
 * That is prepared before main begins, not where something is used first: a fork does not call what
 * another thread registers while it goes on, and what that thread then locks stays locked in the
 * child. Who registers later has his locks taken earlier: those of io are the outer ones.
 */
#include <pthread.h>

#include "platform/linux/fault.h"
#include "platform/linux/world.h"

#include "sched/fork.h"

static void before(void)
{
    watcher_before_fork();
    sched_before_fork();
    memory_lock(); /* the innermost one */
}

static void after_in_parent(void)
{
    memory_unlock();
    sched_after_fork();
    watcher_after_fork();
}

static void after_in_child(void)
{
    memory_unlock();
    watcher_after_fork_in_child();
    sched_after_fork_in_child();
    poller_after_fork(); /* wakes who waits for a descriptor: they register it anew */
}

void fork_prepare(void)
{
    pthread_atfork(before, after_in_parent, after_in_child);
}
