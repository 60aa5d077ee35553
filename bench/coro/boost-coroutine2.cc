/* SPDX-License-Identifier: MIT */
/* Boost.Coroutine2 at its best: asymmetric, without a value. */
#include "../common.h"
#include <boost/coroutine2/all.hpp>

typedef boost::coroutines2::coroutine<void> coroutine;

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 50000000);
    long count = 0;
    coroutine::push_type co([&count](coroutine::pull_type &yield) {
        for (;;) {
            count++;
            yield();
        }
    });
    co(); /* the first resume also starts it */
    count = 0;
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        co();
    double t1 = bench_now();
    bench_check(count == ops / 2, "%ld round trips of %ld", count, ops / 2);
    bench_print("coro", (t1 - t0) / (double)ops, "ns");
    return 0;
}
