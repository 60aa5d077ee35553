/* SPDX-License-Identifier: MIT */
/* Boost.Fiber's unbuffered_channel and buffered_channel. */
#include "shape.h"
#include <boost/fiber/all.hpp>

using namespace boost::fibers;

static long roundtrip()
{
    unbuffered_channel<long> there, back;
    fiber echo([&] {
        for (long i = 0; i < shape_ops; i++)
            back.push(there.value_pop() + 1);
    });
    long value = 0;
    shape_t0 = bench_now();
    for (long i = 0; i < shape_ops; i++) {
        there.push(value);
        value = back.value_pop();
    }
    shape_t1 = bench_now();
    echo.join();
    return value;
}

static long buffered()
{
    buffered_channel<long> channel(BUFFER);
    fiber source([&] {
        for (long i = 0; i < shape_ops; i++)
            channel.push(i);
    });
    long sum = 0;
    shape_t0 = bench_now();
    for (long i = 0; i < shape_ops; i++)
        sum += channel.value_pop();
    shape_t1 = bench_now();
    source.join();
    return sum;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    return shape_report(shape_buffered ? buffered() : roundtrip());
}
