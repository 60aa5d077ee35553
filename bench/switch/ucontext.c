/* SPDX-License-Identifier: MIT */
/* swapcontext of the C library: it keeps the signal mask too, which takes a system call. */
#include "../common.h"
#include <ucontext.h>

static ucontext_t home, other;
static long count;

static void flow(void)
{
    for (;;) {
        count++;
        swapcontext(&other, &home);
    }
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 2000000);
    static char stack[16384];
    bench_check(getcontext(&other) == 0, "getcontext failed");
    other.uc_stack.ss_sp = stack;
    other.uc_stack.ss_size = sizeof stack;
    makecontext(&other, flow, 0);
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        swapcontext(&home, &other);
    double t1 = bench_now();
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
