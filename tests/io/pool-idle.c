/* SPDX-License-Identifier: MIT */
/*
 * Threads of the pool that have nothing to do for long end, and others are made when there is work
 * again. Linked with wrappers, so that what is long is exact and passes faster: the pool waits
 * until ten seconds after the time that it has just been told, and is told so a thousand times
 * sooner.
 */
#include "test.h"

int __real_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);

static _Thread_local struct timespec told;

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
    int err = __real_clock_gettime(clock, ts);
    if (clock == CLOCK_REALTIME)
        told = *ts;
    return err;
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until)
{
    struct timespec sooner = told;
    EQUAL(until->tv_sec - told.tv_sec, 10);
    EQUAL(until->tv_nsec, told.tv_nsec);
    sooner.tv_nsec += 10 * FADEN_MSEC;
    sooner.tv_sec += sooner.tv_nsec / FADEN_SEC;
    sooner.tv_nsec %= FADEN_SEC;
    return __real_pthread_cond_timedwait(cond, lock, &sooner);
}

static void *nap(void *arg)
{
    usleep(2000);
    return NULL;
}

static void *task(void *arg)
{
    EQUAL(faden_blocking(nap, NULL, NULL), 0);
    return NULL;
}

static uint64_t threads(void)
{
    faden_stats stats;
    EQUAL(faden_stats_get(&stats), 0);
    return stats.blocking_threads;
}

static int all(void *arg)
{
    for (int round = 0; round < 5; round++) {
        faden_scope s;
        faden_scope_open(&s);
        for (int i = 0; i < 5; i++)
            scope_go(&s, task, NULL);
        EQUAL(faden_scope_close(&s), 0);
        while (threads())
            sleep_ms(1);
    }
    return 0;
}

int main(void)
{
    limit_seconds(60);
    int before = count_threads();
    run_both(all, NULL);
    expect_threads(before);
    return 0;
}
