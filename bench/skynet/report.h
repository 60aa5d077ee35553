/* SPDX-License-Identifier: MIT */
/*
 * Skynet: a task makes 10 tasks, each of which makes 10, and so on down to 1,000,000 leaves that
 * send their number to their parent through a channel without a buffer; each parent sends the sum
 * of its children's to its own. Figures: wall time, and the most memory that was resident.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "../status.h"

#define FAN_OUT 10

static long skynet_leaves;
static double skynet_t0;

static void skynet_begin(int argc, char **argv)
{
    skynet_leaves = bench_arg(argc, argv, "leaves", 1000000);
    skynet_t0 = bench_now();
}

static int skynet_report(long sum)
{
    double t1 = bench_now();
    long right = skynet_leaves * (skynet_leaves - 1) / 2;
    bench_check(sum == right, "the sum is %ld, not %ld", sum, right);
    bench_print("wall", (t1 - skynet_t0) / 1e6, "ms");
    bench_print("rss", bench_status("VmHWM") / 1e6, "MB");
    return 0;
}

#endif
