/* SPDX-License-Identifier: MIT */
/* The textbook switch, which ends in ret: the return is mispredicted each time. */
#include "../common.h"

void ret_switch(void **from, void *to);

static void *home, *other;
static long count;

static void flow(void)
{
    for (;;) {
        count++;
        ret_switch(&other, home);
    }
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 20000000);
    static _Alignas(16) char stack[16384];
    void **sp = (void **)(stack + sizeof stack) - 2;
    *sp = (void *)flow; /* what ret finds; above it sp is as after a call */
    other = sp - 6;     /* six registers to pop, of any value */
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        ret_switch(&home, other);
    double t1 = bench_now();
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
