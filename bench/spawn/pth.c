/* SPDX-License-Identifier: MIT */
/* pth_spawn and pth_join. */
#include "shape.h"
#include <pth.h>

static void *body(void *arg)
{
    shape_ran++;
    return arg;
}

static void run(long ops, long at_once)
{
    pth_t threads[WAVE];
    for (long done = 0; done < ops; done += at_once) {
        for (long i = 0; i < at_once; i++) {
            threads[i] = pth_spawn(PTH_ATTR_DEFAULT, body, NULL);
            bench_check(threads[i], "pth_spawn failed at %ld", done + i);
        }
        for (long i = 0; i < at_once; i++)
            pth_join(threads[i], NULL);
    }
}

static void reuse(long ops)
{
    run(ops, 1);
}

static void waves(long ops)
{
    run(ops, WAVE);
}

int main(int argc, char **argv)
{
    bench_check(pth_init(), "pth_init failed");
    return shape_main(argc, argv, reuse, waves);
}
