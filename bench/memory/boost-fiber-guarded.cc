/* SPDX-License-Identifier: MIT */
/* Boost.Fiber with a guard page below each stack. */
#include "fiber.h"

int main(int argc, char **argv)
{
    return fiber_main<boost::fibers::protected_fixedsize_stack>(argc, argv);
}
