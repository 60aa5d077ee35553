/* SPDX-License-Identifier: MIT */
/* Kernel threads: pthread_create and pthread_join. */
#include "shape.h"
#include <pthread.h>

static void *body(void *arg)
{
    __atomic_add_fetch(&shape_ran, 1, __ATOMIC_RELAXED);
    return arg;
}

static void run(long ops, long at_once)
{
    pthread_t threads[WAVE];
    for (long done = 0; done < ops; done += at_once) {
        for (long i = 0; i < at_once; i++) {
            int err = pthread_create(&threads[i], NULL, body, NULL);
            bench_check(err == 0, "pthread_create %ld: %s", done + i, strerror(err));
        }
        for (long i = 0; i < at_once; i++)
            pthread_join(threads[i], NULL);
    }
}

static void reuse(long ops)
{
    run(ops, 1);
}

static void waves(long ops)
{
    run(ops, WAVE);
}

int main(int argc, char **argv)
{
    return shape_main(argc, argv, reuse, waves);
}
