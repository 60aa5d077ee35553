/* SPDX-License-Identifier: MIT */
/*
 * The two shapes of the chan rows, both between two tasks on one cpu.
 *
 *     roundtrip   a number goes to the other task through one channel without a buffer, and comes
 *                 back one greater through another: two sends and two receives
 *     buffered    numbers go one way through a channel with room for BUFFER
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "../common.h"

#define BUFFER 128

static long shape_ops;
static int shape_buffered;
static double shape_t0, shape_t1;

static void shape_init(int argc, char **argv)
{
    shape_ops = bench_arg(argc, argv, "ops", 1000000);
    shape_buffered = bench_is(argc, argv, "shape", "buffered");
    bench_check(shape_buffered || bench_is(argc, argv, "shape", "roundtrip"),
                "shape=roundtrip or shape=buffered");
}

/* The last number of a round trip, or the sum of 0 … ops-1 of the one-way shape. */
static int shape_report(long got)
{
    long right = shape_buffered ? shape_ops * (shape_ops - 1) / 2 : shape_ops;
    bench_check(got == right, "%ld came through, not %ld", got, right);
    bench_print(shape_buffered ? "buffered" : "roundtrip",
                (shape_t1 - shape_t0) / (double)shape_ops, "ns");
    return 0;
}

#endif
