/* SPDX-License-Identifier: MIT */
/* For processors to which preemption has not been brought: src/arch/<isa>/{preempt.S,interrupted.h}
   are what it takes. */
#include <errno.h>

#include "platform/linux/preempt.h"

#include <faden/task.h>

#include "base/atomic.h"

static int begin(int64_t period, int interrupt)
{
    static const char text[] =
        "faden: tasks cannot be preempted, nor those reported that hold a cpu: not on this kind of "
        "processor\n";
    static uint32_t said;
    (void)period;
    (void)interrupt;
    if (!exchange_acq_rel(&said, 1))
        platform_report(text, sizeof text - 1, false);
    return -ENOTSUP;
}

static void end(void)
{
}

static const struct preempter none = {begin, end};

void preempt_cpu_init(struct preempt_slot *slot)
{
    (void)slot;
    __atomic_store_n(&faden__preempter, &none, __ATOMIC_RELEASE);
}

void preempt_cpu_exit(void)
{
}

unsigned preempt_threads(void)
{
    return 0;
}

void watcher_before_fork(void)
{
}

void watcher_after_fork(void)
{
}

void watcher_after_fork_in_child(void)
{
}

int faden_preempt_allow(const void *address)
{
    (void)address;
    return -ENOTSUP;
}

int faden_preempt_allow_range(const void *from, const void *to)
{
    (void)from;
    (void)to;
    return -ENOTSUP;
}
