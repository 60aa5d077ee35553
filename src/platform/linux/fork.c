/* SPDX-License-Identifier: MIT */
/* fork(2): in which order the parts of the library get ready for it (sched/fork.c has the whole).
 */
#include <pthread.h>

#include "platform/linux/fault.h"
#include "platform/linux/world.h"

#include "sched/fork.h"

static void before(void)
{
    sched_before_fork();
    memory_lock(); /* the innermost one */
}

static void after_in_parent(void)
{
    memory_unlock();
    sched_after_fork();
}

static void after_in_child(void)
{
    memory_unlock();
    sched_after_fork_in_child();
    poller_after_fork(); /* wakes who waits for a descriptor: they register it anew */
}

static void prepare(void)
{
    pthread_atfork(before, after_in_parent, after_in_child);
}

void fork_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
}
