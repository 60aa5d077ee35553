/* SPDX-License-Identifier: MIT */
/* Boost.Fiber with its round-robin scheduler and this_fiber::yield. */
#include "gate.h"
#include <boost/fiber/all.hpp>
#include <vector>

static void body()
{
    gate_enter();
    while (!gate_done())
        boost::this_fiber::yield();
}

int main(int argc, char **argv)
{
    gate_init(argc, argv);
    std::vector<boost::fibers::fiber> fibers;
    for (long i = 0; i < gate_n; i++)
        fibers.emplace_back(body);
    for (auto &f : fibers)
        f.join();
    gate_report();
    return 0;
}
