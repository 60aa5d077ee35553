/* SPDX-License-Identifier: MIT */
/*
 * The shape of the memory rows: n tasks are made, each counts itself in and parks; when all that
 * could be made are parked, the process is measured; then all are released and must finish.
 * A library that cannot make n of them says how many it made, and why no more.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "../status.h"

static long shape_n, shape_made; /* wanted, and made */
static long shape_alive, shape_finished;
static double shape_before, shape_after; /* bytes */

static void shape_init(int argc, char **argv)
{
    shape_n = bench_arg(argc, argv, "n", 30000);
    shape_before = bench_footprint();
}

/* To be called while all are parked. */
static void shape_measure(void)
{
    bench_check(shape_alive == shape_made, "%ld tasks of %ld are alive", shape_alive, shape_made);
    shape_after = bench_footprint();
}

/* why: what went wrong when fewer than n could be made. */
static int shape_report(const char *why)
{
    bench_check(shape_made > 0, "no task could be made: %s", why);
    bench_check(shape_finished == shape_made, "%ld tasks of %ld finished", shape_finished,
                shape_made);
    if (shape_made < shape_n)
        printf("note %ld alive of %ld wanted: %s\n", shape_made, shape_n, why);
    else
        printf("note %ld alive\n", shape_made);
    bench_print("memory", (shape_after - shape_before) / (double)shape_made, "B");
    return 0;
}

#endif
