/* SPDX-License-Identifier: MIT */
/* Boost.Fiber on its default stacks, which have no guards. */
#include "fiber.h"

int main(int argc, char **argv)
{
    return fiber_main<boost::fibers::fixedsize_stack>(argc, argv);
}
