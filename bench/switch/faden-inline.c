/* SPDX-License-Identifier: MIT */
/* faden_context_switch_inline: the compiler saves what is live; no floating-point control state. */
#include "../common.h"
#include <faden/context.h>

static faden_context home, other;
static long count;

static void flow(void *arg)
{
    (void)arg;
    for (;;) {
        count++;
        faden_context_switch_inline(&other, &home);
    }
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 50000000);
    static char stack[16384];
    faden_context_init(&other, stack, sizeof stack, flow, NULL);
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        faden_context_switch_inline(&home, &other);
    double t1 = bench_now();
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
