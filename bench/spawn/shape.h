/* SPDX-License-Identifier: MIT */
/*
 * The two shapes all spawn rows share.
 *
 *     reuse   ops tasks, one at a time: each is made, runs and has finished before the next one
 *             is made, in the cheapest way the library has; its stack is used again
 *     waves   ops tasks are made and joined, a wave of WAVE at a time
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "../common.h"

#define WAVE 1000

static long shape_ran; /* what each task counts up: that it ran */

/* Runs one of the two and prints its figure. */
static int shape_main(int argc, char **argv, void (*reuse)(long ops), void (*waves)(long ops))
{
    int one = bench_is(argc, argv, "shape", "reuse");
    long ops = bench_arg(argc, argv, "ops", 1000000) / WAVE * WAVE;
    bench_check(one || bench_is(argc, argv, "shape", "waves"), "shape=reuse or shape=waves");
    (one ? reuse : waves)(WAVE); /* warm: first pages, first stacks */
    shape_ran = 0;
    double t0 = bench_now();
    (one ? reuse : waves)(ops);
    double t1 = bench_now();
    bench_check(shape_ran == ops, "%ld tasks of %ld ran", shape_ran, ops);
    bench_print(one ? "reuse" : "waves", (t1 - t0) / (double)ops, "ns");
    return 0;
}

#endif
