/* SPDX-License-Identifier: MIT */
/* Two kernel threads on one cpu hand a semaphore to and fro: what the kernel's switch costs. */
#include "../common.h"
#include <pthread.h>
#include <semaphore.h>

static sem_t ping, pong;
static long ops, count;

static void *flow(void *arg)
{
    for (long i = 0; i < ops / 2; i++) {
        sem_wait(&ping);
        count++;
        sem_post(&pong);
    }
    return arg;
}

int main(int argc, char **argv)
{
    ops = bench_arg(argc, argv, "ops", 200000);
    pthread_t thread;
    sem_init(&ping, 0, 0);
    sem_init(&pong, 0, 0);
    int err = pthread_create(&thread, NULL, flow, NULL);
    bench_check(err == 0, "pthread_create: %s", strerror(err));
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++) {
        sem_post(&ping);
        sem_wait(&pong);
    }
    double t1 = bench_now();
    pthread_join(thread, NULL);
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
