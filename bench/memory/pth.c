/* SPDX-License-Identifier: MIT */
/* Threads parked on a condition variable; stacks of the default size, which have no guards. */
#include "shape.h"
#include <errno.h>
#include <pth.h>

static pth_mutex_t lock = PTH_MUTEX_INIT;
static pth_cond_t gate = PTH_COND_INIT;
static int open;

static void *body(void *arg)
{
    pth_mutex_acquire(&lock, FALSE, NULL);
    shape_alive++;
    while (!open)
        pth_cond_await(&gate, &lock, NULL);
    shape_finished++;
    pth_mutex_release(&lock);
    return arg;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(pth_init(), "pth_init failed");
    pth_attr_t attr = pth_attr_new();
    pth_attr_set(attr, PTH_ATTR_JOINABLE, FALSE);
    const char *why = "";
    for (shape_made = 0; shape_made < shape_n; shape_made++)
        if (!pth_spawn(attr, body, NULL)) {
            why = strerror(errno);
            break;
        }
    while (shape_alive < shape_made)
        pth_yield(NULL);
    shape_measure();
    pth_mutex_acquire(&lock, FALSE, NULL);
    open = 1;
    pth_cond_notify(&gate, TRUE);
    pth_mutex_release(&lock);
    while (shape_finished < shape_made)
        pth_yield(NULL);
    return shape_report(why);
}
