/* SPDX-License-Identifier: MIT */
/* this_fiber::sleep_for: a tree of sleepers, looked at in each dispatch. */
#include "shape.h"
#include <boost/fiber/all.hpp>

using namespace boost::fibers;

static unbuffered_channel<int> gate;

static void body()
{
    int value;
    shape_waiting++;
    gate.pop(value);
    long ns = shape_random_sleep();
    double begun = bench_now();
    boost::this_fiber::sleep_for(std::chrono::nanoseconds(ns));
    shape_wake(begun, ns);
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    for (long i = 0; i < shape_n; i++)
        fiber(body).detach();
    while (shape_waiting < shape_n)
        boost::this_fiber::yield();
    shape_open();
    gate.close();
    while (shape_woken < shape_n)
        boost::this_fiber::sleep_for(std::chrono::milliseconds(100));
    return shape_report();
}
