/* SPDX-License-Identifier: MIT */
/* Boost.Context's jump_fcontext as packaged, which keeps the floating-point control state. */
#include "../common.h"
#include <boost/context/detail/fcontext.hpp>

using namespace boost::context::detail;

static long count;

static void flow(transfer_t t)
{
    for (;;) {
        count++;
        t = jump_fcontext(t.fctx, nullptr);
    }
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 50000000);
    static char stack[16384];
    fcontext_t other = make_fcontext(stack + sizeof stack, sizeof stack, flow);
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        other = jump_fcontext(other, nullptr).fctx;
    double t1 = bench_now();
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("switch", (t1 - t0) / (double)ops, "ns");
    return 0;
}
