/* SPDX-License-Identifier: MIT */
/* Boost.Fiber: launch::dispatch enters the fiber at once; its stacks come from a pool. */
#include "shape.h"
#include <boost/fiber/all.hpp>
#include <vector>

using namespace boost::fibers;

static pooled_fixedsize_stack stacks;

static void reuse(long ops)
{
    for (long i = 0; i < ops; i++)
        fiber(launch::dispatch, std::allocator_arg, stacks, [] { shape_ran++; }).detach();
}

static void waves(long ops)
{
    std::vector<fiber> fibers;
    fibers.reserve(WAVE);
    for (long done = 0; done < ops; done += WAVE) {
        for (long i = 0; i < WAVE; i++)
            fibers.emplace_back(launch::post, std::allocator_arg, stacks, [] { shape_ran++; });
        for (auto &f : fibers)
            f.join();
        fibers.clear();
    }
}

int main(int argc, char **argv)
{
    return shape_main(argc, argv, reuse, waves);
}
