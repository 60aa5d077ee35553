/* SPDX-License-Identifier: MIT */
/* st_thread_create and st_thread_join. */
#include "shape.h"
#include <st.h>

static void *body(void *arg)
{
    shape_ran++;
    return arg;
}

static void run(long ops, long at_once)
{
    st_thread_t threads[WAVE];
    for (long done = 0; done < ops; done += at_once) {
        for (long i = 0; i < at_once; i++) {
            threads[i] = st_thread_create(body, NULL, 1, 0);
            bench_check(threads[i], "st_thread_create failed at %ld", done + i);
        }
        for (long i = 0; i < at_once; i++)
            st_thread_join(threads[i], NULL);
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
    bench_check(st_init() == 0, "st_init failed");
    return shape_main(argc, argv, reuse, waves);
}
