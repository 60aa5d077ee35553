/* SPDX-License-Identifier: MIT */
/* Kernel threads on one cpu and sched_yield. The kernel may let the same thread go on, which is
   no yield: only changes of thread are counted. */
#include "../common.h"
#include <pthread.h>
#include <sched.h>

static long n, ops;
static volatile long last, switches; /* one cpu: an increment may be lost only at a preemption */
static volatile int started, over;
static double t0, t1;

static void *body(void *arg)
{
    long me = (long)(intptr_t)arg;
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    while (started < n)
        sched_yield();
    while (!over) {
        if (last != me) {
            last = me;
            if (switches == 0)
                t0 = bench_now();
            if (switches++ == ops) {
                t1 = bench_now();
                over = 1;
            }
        }
        sched_yield();
    }
    return NULL;
}

int main(int argc, char **argv)
{
    n = bench_arg(argc, argv, "n", 2);
    ops = bench_arg(argc, argv, "ops", 200000);
    bench_check(n <= 1000, "no more than 1000 kernel threads here");
    pthread_t threads[1000];
    for (long i = 0; i < n; i++) {
        int err = pthread_create(&threads[i], NULL, body, (void *)(intptr_t)(i + 1));
        bench_check(err == 0, "pthread_create: %s", strerror(err));
    }
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    bench_check(t1 > t0, "%ld changes of thread of %ld", switches, ops);
    char name[32];
    snprintf(name, sizeof name, "%ld", n);
    bench_print(name, (t1 - t0) / (double)ops, "ns");
    return 0;
}
