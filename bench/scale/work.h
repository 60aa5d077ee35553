/* SPDX-License-Identifier: MIT */
/*
 * Independent work: JOBS jobs that compute and share nothing. The figure is the wall time of all of
 * them, `ops` steps together.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include "../common.h"

#define JOBS 64

static long work_steps; /* of a job */
static double work_t0;

static void work_begin(int argc, char **argv)
{
    work_steps = bench_arg(argc, argv, "ops", 500000000) / JOBS;
    work_t0 = bench_now();
}

static uint64_t work_job(void)
{
    return bench_job(work_steps);
}

/* The sum of what the jobs gave. */
static void work_report(uint64_t sum)
{
    double t1 = bench_now();
    bench_check(sum == JOBS * work_job(), "not all jobs were done");
    bench_print("scale", (t1 - work_t0) / 1e6, "ms");
}

#endif
