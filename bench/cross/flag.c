/* SPDX-License-Identifier: MIT */
/*
 * The floor: two threads, each on a processor of its own, that watch a word each. Nothing sleeps;
 * what is measured is a cache line that goes there and one that comes back.
 */
#include "shape.h"
#include <pthread.h>
#include <stdatomic.h>

static struct {
    _Alignas(128) atomic_long value;
} there, back;

static void *echo(void *arg)
{
    shape_take_processor(1);
    for (long i = 0, value; i < shape_ops; i++) {
        while ((value = atomic_load_explicit(&there.value, memory_order_acquire)) != i + 1)
            ;
        atomic_store_explicit(&back.value, value, memory_order_release);
    }
    return arg;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(!shape_wake, "only shape=roundtrip here");
    bench_check(CPU_COUNT(&shape_all) > 1, "needs two processors");
    pthread_t thread;
    bench_check(!pthread_create(&thread, NULL, echo, NULL), "pthread_create failed");
    shape_take_processor(0);
    for (long i = 0; i < shape_ops; i++) {
        shape_send(i);
        atomic_store_explicit(&there.value, i + 1, memory_order_release);
        while (atomic_load_explicit(&back.value, memory_order_acquire) != i + 1)
            ;
    }
    pthread_join(thread, NULL);
    shape_report(atomic_load(&back.value));
    return 0;
}
