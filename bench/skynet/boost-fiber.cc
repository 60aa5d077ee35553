/* SPDX-License-Identifier: MIT */
/* Skynet with Boost.Fiber on small stacks; see report.h. */
#include "report.h"
#include <boost/fiber/all.hpp>

using namespace boost::fibers;

typedef unbuffered_channel<long> channel;

static fixedsize_stack stacks(8192); /* about the least that Boost.Fiber lives on */

static void skynet(channel &parent, long first, long leaves)
{
    if (leaves == 1) {
        parent.push(first);
        return;
    }
    channel children;
    for (long i = 0; i < FAN_OUT; i++)
        fiber(std::allocator_arg, stacks, skynet, std::ref(children),
              first + i * (leaves / FAN_OUT), leaves / FAN_OUT)
            .detach();
    long sum = 0;
    for (long i = 0; i < FAN_OUT; i++)
        sum += children.value_pop();
    parent.push(sum);
}

int main(int argc, char **argv)
{
    skynet_begin(argc, argv);
    channel top;
    fiber(std::allocator_arg, stacks, skynet, std::ref(top), 0, skynet_leaves).detach();
    return skynet_report(top.value_pop());
}
