/* SPDX-License-Identifier: MIT */
/*
 * The shape of the timers rows. n tasks wait at a gate; when it opens each sleeps for a random time
 * of 1 s to 3 s. Figures: cpu time from the opening to the last wake, per timer (to arm it, to fire
 * it, two dispatches and two looks at the clock), and how late the wakes came, at the 99th
 * percentile. The tasks and their stacks exist before the gate opens: making them is not counted.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "../common.h"

#define SHORTEST 1000000000L
#define LONGEST 3000000000L

static long shape_n;
static long shape_waiting, shape_woken; /* at the gate, and after their sleep */
static float *shape_late;               /* ns, one for each */
static double shape_cpu0, shape_cpu1;

static void shape_init(int argc, char **argv)
{
    shape_n = bench_arg(argc, argv, "n", 100000);
    shape_late = (float *)malloc((size_t)shape_n * sizeof *shape_late);
    bench_check(shape_late, "out of memory");
    for (long i = 0; i < shape_n; i++) /* its pages are not to be counted */
        shape_late[i] = -1;
}

/* Knuth's MMIX generator: the same sleeps in each row and each round. */
static long shape_random_sleep(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return SHORTEST + (long)((state >> 33) % (uint64_t)(LONGEST - SHORTEST));
}

/* The gate opens: everybody must be there. */
static void shape_open(void)
{
    bench_check(shape_waiting == shape_n, "%ld tasks of %ld at the gate", shape_waiting, shape_n);
    shape_cpu0 = bench_cpu();
}

/* One woke that had begun to sleep ns nanoseconds at begun. */
static inline void shape_wake(double begun, long ns)
{
    shape_late[shape_woken] = (float)(bench_now() - begun - (double)ns);
    if (++shape_woken == shape_n)
        shape_cpu1 = bench_cpu();
}

static int shape_compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static int shape_report(void)
{
    bench_check(shape_woken == shape_n, "%ld of %ld woke", shape_woken, shape_n);
    qsort(shape_late, (size_t)shape_n, sizeof *shape_late, shape_compare);
    if (shape_late[0] < 0)
        printf("note a sleep ended %.1f us too early\n", (double)-shape_late[0] / 1000);
    bench_print("cpu", (shape_cpu1 - shape_cpu0) / (double)shape_n, "ns");
    bench_print("late", (double)shape_late[shape_n * 99 / 100] / 1000, "us");
    return 0;
}

#endif
