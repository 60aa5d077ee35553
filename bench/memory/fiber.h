/* SPDX-License-Identifier: MIT */
/* Fibers parked on an unbuffered channel, on stacks of the allocator given. */
#include "shape.h"
#include <boost/fiber/all.hpp>

static boost::fibers::unbuffered_channel<int> gate;

static void body()
{
    int value;
    shape_alive++;
    if (gate.pop(value) == boost::fibers::channel_op_status::closed)
        shape_finished++;
}

/* Mappings without any access. Boost ignores it when the kernel refuses to make one, so the number
   of fibers says nothing about their guards. */
static long guards()
{
    FILE *f = fopen("/proc/self/maps", "r");
    bench_check(f, "cannot read /proc/self/maps");
    char line[512], rights[8];
    long n = 0;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%*s %7s", rights) == 1 && strcmp(rights, "---p") == 0)
            n++;
    fclose(f);
    return n;
}

template <class Stacks> static int fiber_main(int argc, char **argv)
{
    shape_init(argc, argv);
    long before = guards();
    std::string why;
    try {
        for (shape_made = 0; shape_made < shape_n; shape_made++)
            boost::fibers::fiber(std::allocator_arg, Stacks(), body).detach();
    } catch (const std::exception &e) {
        why = e.what();
    }
    while (shape_alive < shape_made)
        boost::this_fiber::yield();
    shape_measure();
    printf("note %ld stacks with a guard\n", guards() - before);
    gate.close();
    while (shape_finished < shape_made)
        boost::this_fiber::yield();
    return shape_report(why.c_str());
}
