/* SPDX-License-Identifier: MIT */
/*
 * The shapes of the cross rows: two control flows, each on a cpu of its own.
 *
 *     roundtrip   a number goes to the other one and comes back one greater, ops times; the median
 *                 of windows of WINDOW, so that what takes a processor away for a while, and both
 *                 are needed, decides nothing
 *     wake        the same, but each time after PAUSE, in which the other cpu falls asleep: the
 *                 time from when the number is sent until the other one has it
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "../common.h"
#include <sched.h>

#define PAUSE 1000000 /* ns */
#define WINDOW 100
#define MOST 100000 /* figures that are kept */

static long shape_ops, shape_count;
static int shape_wake;
static cpu_set_t shape_all;
static double shape_sent, shape_took[MOST]; /* ns: each window; wake: each number */

static void shape_init(int argc, char **argv)
{
    shape_ops = bench_arg(argc, argv, "ops", 1000000);
    shape_wake = bench_is(argc, argv, "shape", "wake");
    bench_check(shape_wake || bench_is(argc, argv, "shape", "roundtrip"),
                "shape=roundtrip or shape=wake");
    bench_check(shape_ops <= (shape_wake ? MOST : MOST * WINDOW), "too many ops");
    sched_getaffinity(0, sizeof shape_all, &shape_all);
    if (CPU_COUNT(&shape_all) < 2)
        printf("note there is one processor only\n");
}

/* The calling thread runs on the n-th of the processors that the process may use. */
static void shape_take_processor(int n)
{
    cpu_set_t one;
    int i = 0;
    if (CPU_COUNT(&shape_all) <= n)
        return;
    while (!CPU_ISSET(i, &shape_all) || n-- > 0)
        i++;
    CPU_ZERO(&one);
    CPU_SET(i, &one);
    bench_check(!sched_setaffinity(0, sizeof one, &one), "sched_setaffinity failed");
}

/* The asking one is about to send number i. */
static inline void shape_send(long i)
{
    if (shape_wake) {
        shape_sent = bench_now();
    } else if (i % WINDOW == 0) {
        double now = bench_now();
        if (i)
            shape_took[shape_count++] = (now - shape_sent) / WINDOW;
        shape_sent = now;
    }
}

/* The other one has it. */
static inline void shape_arrived(void)
{
    if (shape_wake)
        shape_took[shape_count++] = bench_now() - shape_sent;
}

static int shape_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The last number that came back. */
static void shape_report(long got)
{
    bench_check(got == shape_ops, "%ld came through, not %ld", got, shape_ops);
    bench_check(shape_count > 0, "too few ops");
    qsort(shape_took, (size_t)shape_count, sizeof *shape_took, shape_compare);
    double middle = shape_took[shape_count / 2];
    bench_print(shape_wake ? "wake" : "roundtrip", shape_wake ? middle / 1e3 : middle,
                shape_wake ? "us" : "ns");
}

#endif
