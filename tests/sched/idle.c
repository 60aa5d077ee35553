/* SPDX-License-Identifier: MIT */
/* Who waits takes no time of the processor. */
#include "test.h"

static double cpu_ms(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static faden_sem sem;

static void *waits(void *arg)
{
    EQUAL(faden_sem_wait(&sem), 0);
    return NULL;
}

static void *posts(void *arg)
{
    usleep(300000);
    for (int i = 0; i < 100; i++)
        faden_sem_post(&sem);
    return NULL;
}

static int sleeps(void *arg)
{
    double before = cpu_ms();
    faden_stats a, b;
    EQUAL(faden_stats_get(&a), 0);
    EQUAL(faden_sleep(300 * FADEN_MSEC), 0);
    EQUAL(faden_stats_get(&b), 0);
    double used = cpu_ms() - before;
    EXPECT(used < 15 * patience(), "%.1f ms of the processor in 300 ms", used);
    EXPECT(b.idles - a.idles < 20, "%llu times asleep", (unsigned long long)(b.idles - a.idles));
    return 0;
}

static int waits_for_thread(void *arg)
{
    pthread_t t;
    faden_sem_init(&sem, 0);
    for (int i = 0; i < 100; i++)
        go(waits, NULL);
    faden_yield(); /* they begin, which costs some time under a sanitizer */
    EQUAL(pthread_create(&t, NULL, posts, NULL), 0);
    double before = cpu_ms();
    EQUAL(faden_sleep(250 * FADEN_MSEC), 0);
    double used = cpu_ms() - before;
    EXPECT(used < 15 * patience(), "%.1f ms of the processor in 250 ms", used);
    EQUAL(faden_sleep(100 * FADEN_MSEC), 0);
    pthread_join(t, NULL);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(sleeps, NULL);
    run_both(waits_for_thread, NULL);
    return 0;
}
