/* SPDX-License-Identifier: MIT */
/* st_usleep: a heap, and a select with the time of its head. It counts from when the
   scheduler last looked at the clock, which is long ago here: that is added, lest it wake early. */
#include "shape.h"
#include <st.h>

static st_cond_t gate;

static void *body(void *arg)
{
    shape_waiting++;
    st_cond_wait(gate);
    long ns = shape_random_sleep() / 1000 * 1000;
    double begun = bench_now();
    st_usleep((st_utime_t)ns / 1000 + st_utime() - st_utime_last_clock());
    shape_wake(begun, ns);
    return arg;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(st_init() == 0, "st_init failed");
    gate = st_cond_new();
    for (long i = 0; i < shape_n; i++)
        bench_check(st_thread_create(body, NULL, 0, 0), "st_thread_create failed at %ld", i);
    st_usleep(0);
    shape_open();
    st_cond_broadcast(gate);
    while (shape_woken < shape_n)
        st_usleep(100000);
    return shape_report();
}
