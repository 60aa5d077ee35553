/* SPDX-License-Identifier: MIT */
/* The clock, the barrier, and how plain threads sleep: futex(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform/platform.h"

int64_t platform_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * FADEN_SEC + ts.tv_nsec;
}

/* The expedited barrier interrupts the cpus that run threads of this process, and no others. */
bool platform_barrier(void)
{
    static int registered; /* 1: yes; -1: the kernel cannot */
    int state = __atomic_load_n(&registered, __ATOMIC_ACQUIRE);
    if (state == 0) {
        int saved = errno;
        state = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) ? -1 : 1;
        errno = saved;
        __atomic_store_n(&registered, state, __ATOMIC_RELEASE);
    }
    return state > 0 && syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

void platform_thread_wait(uint32_t *word, uint32_t value, int64_t deadline)
{
    /* This call's own: the C library's may be wider than the kernel's. */
    struct {
        long sec, ns;
    } until = {.sec = deadline / FADEN_SEC < LONG_MAX ? (long)(deadline / FADEN_SEC) : LONG_MAX,
               .ns = (long)(deadline % FADEN_SEC)};
    int saved = errno;
    if (!word)
        sched_yield();
    else /* FUTEX_WAIT_BITSET takes an absolute time on the monotonic clock */
        syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, value,
                deadline == FADEN_FOREVER ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY);
    errno = saved;
}

void platform_thread_wake(uint32_t *word)
{
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
    errno = saved;
}
