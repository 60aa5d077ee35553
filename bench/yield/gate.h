/* SPDX-License-Identifier: MIT */
/*
 * The shape all yield rows share. n tasks yield round and round; the clock runs while all n are
 * ready: from when the last of them has started to when the first has done its part.
 *
 *     task:  gate_enter();            // counts it in; the last one starts the clock
 *            while (!gate_done())     // true once `ops` yields were counted
 *                yield();
 *     main:  gate_report();
 *
 * Yields are counted in one place, so the figure does not depend on the order of the tasks.
 */
#ifndef BENCH_GATE_H
#define BENCH_GATE_H

#include "../common.h"

static long gate_n, gate_ops; /* given: tasks, and yields to measure */
static long gate_started, gate_left;
static long gate_yields; /* so far, or since the clock started */
static double gate_t0, gate_t1;

static void gate_init(int argc, char **argv)
{
    gate_n = bench_arg(argc, argv, "n", 2);
    gate_ops = bench_arg(argc, argv, "ops", 1000000);
}

static inline void gate_enter(void)
{
    if (++gate_started == gate_n) {
        gate_yields = 0;
        gate_t0 = bench_now();
    }
}

static inline int gate_done(void)
{
    if (__builtin_expect(gate_yields++ >= gate_ops && gate_started == gate_n, 0)) {
        if (gate_t1 == 0)
            gate_t1 = bench_now();
        gate_left++;
        return 1;
    }
    return 0;
}

static void gate_report(void)
{
    char name[32];
    bench_check(gate_left == gate_n, "%ld tasks of %ld finished", gate_left, gate_n);
    snprintf(name, sizeof name, "%ld", gate_n);
    bench_print(name, (gate_t1 - gate_t0) / (double)gate_ops, "ns");
}

#endif
