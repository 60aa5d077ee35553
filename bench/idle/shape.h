/* SPDX-License-Identifier: MIT */
/*
 * TASKS tasks that do nothing but sleep, a second at a time, on four cpus. The figure is the cpu
 * time of the process, in hundredths of the wall time of one cpu.
 */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "../common.h"

#define TASKS 100

static long shape_rounds;
static double shape_t0, shape_cpu0;

static void shape_begin(int argc, char **argv)
{
    shape_rounds = bench_arg(argc, argv, "seconds", 5);
    shape_t0 = bench_now();
    shape_cpu0 = bench_cpu();
}

static void shape_report(void)
{
    double wall = bench_now() - shape_t0, used = bench_cpu() - shape_cpu0;
    bench_check(wall >= (double)shape_rounds * 1e9, "woken too early");
    bench_print("idle", used / wall * 100, "%");
}

#endif
