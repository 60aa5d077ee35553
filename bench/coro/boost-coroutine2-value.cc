/* SPDX-License-Identifier: MIT */
/* Boost.Coroutine2 with a value that goes in with each resume, which its type makes dearer. */
#include "../common.h"
#include <boost/coroutine2/all.hpp>

typedef boost::coroutines2::coroutine<long> coroutine;

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 20000000);
    long sum = 0;
    coroutine::push_type co([&sum](coroutine::pull_type &yield) {
        for (;;) {
            sum += yield.get();
            yield();
        }
    });
    co(0); /* the first resume also starts it */
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        co(1);
    double t1 = bench_now();
    bench_check(sum == ops / 2, "%ld round trips of %ld", sum, ops / 2);
    bench_print("coro", (t1 - t0) / (double)ops, "ns");
    return 0;
}
