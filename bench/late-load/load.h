/* SPDX-License-Identifier: MIT */
/*
 * Load that comes late: TASKS tasks are started while nothing is to be done, and wait; then all of
 * them are woken at once and compute. The figure is the wall time from the wake to the last end.
 * `ops` steps are done together.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "../common.h"

#define TASKS 1000

static long load_steps; /* of a task */

static void load_init(int argc, char **argv)
{
    load_steps = bench_arg(argc, argv, "ops", 500000000) / TASKS;
}

/* What a task does. */
static uint64_t load_job(void)
{
    return bench_job(load_steps);
}

static void load_report(double t0, double t1, uint64_t sum)
{
    bench_check(sum == TASKS * load_job(), "not all of the work was done");
    bench_print("late-load", (t1 - t0) / 1e6, "ms");
}

#endif
