/* SPDX-License-Identifier: MIT */
/* Threads parked on a condition variable; stacks of the default size, which have no guards. */
#include "shape.h"
#include <errno.h>
#include <st.h>

static st_cond_t gate;

static void *body(void *arg)
{
    shape_alive++;
    st_cond_wait(gate);
    shape_finished++;
    return arg;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(st_init() == 0, "st_init failed");
    gate = st_cond_new();
    const char *why = "";
    for (shape_made = 0; shape_made < shape_n; shape_made++)
        if (!st_thread_create(body, NULL, 0, 0)) {
            why = strerror(errno);
            break;
        }
    st_usleep(0);
    shape_measure();
    st_cond_broadcast(gate);
    st_usleep(0);
    return shape_report(why);
}
