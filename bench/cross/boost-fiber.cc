/* SPDX-License-Identifier: MIT */
/* Boost.Fiber's unbuffered_channel between two threads, each on a processor of its own. */
#include "shape.h"
#include <boost/fiber/all.hpp>
#include <chrono>
#include <thread>

using namespace boost::fibers;

static unbuffered_channel<long> there, back;

static void echo()
{
    shape_take_processor(1);
    for (long i = 0; i < shape_ops; i++) {
        long value = there.value_pop();
        shape_arrived();
        back.push(value + 1);
    }
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    std::thread other(echo);
    shape_take_processor(0);
    long value = 0;
    for (long i = 0; i < shape_ops; i++) {
        if (shape_wake)
            boost::this_fiber::sleep_for(std::chrono::nanoseconds(PAUSE));
        shape_send(i);
        there.push(value);
        value = back.value_pop();
    }
    other.join();
    shape_report(value);
    return 0;
}
