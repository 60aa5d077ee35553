/* SPDX-License-Identifier: MIT */
/* Threads of the pool that have nothing to do for long end, and others are made when there is work
   again. Linked with a wrapper that makes the time pass faster. */
#include "test.h"

int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until);

/* A thousandth of the time. */
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *lock,
                                  const struct timespec *until)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t t = now.tv_sec * FADEN_SEC + now.tv_nsec;
    int64_t left = until->tv_sec * FADEN_SEC + until->tv_nsec - t;
    EXPECT(left > 8 * FADEN_SEC && left < 12 * FADEN_SEC, "%lld ns", (long long)left);
    t += left / 1000;
    now = (struct timespec){.tv_sec = t / FADEN_SEC, .tv_nsec = t % FADEN_SEC};
    return __real_pthread_cond_timedwait(cond, lock, &now);
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
    limit_seconds(20);
    int before = count_threads();
    run_both(all, NULL);
    EQUAL(count_threads(), before);
    return 0;
}
