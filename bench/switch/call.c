/* SPDX-License-Identifier: MIT */
/* The yardstick: an indirect call and its return, which is the least a switch could cost. */
#include "../common.h"

/* The count goes through registers: in memory, the load and store would be what is measured. */
__attribute__((noinline)) static long callee(long calls)
{
    return calls + 1;
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 50000000);
    long (*fn)(long) = callee;
    long calls = 0;
    bench_hide(fn);
    double t0 = bench_now();
    for (long i = 0; i < ops; i++)
        calls = fn(calls);
    double t1 = bench_now();
    bench_check(calls == ops, "%ld calls of %ld", calls, ops);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
