/* SPDX-License-Identifier: MIT */
/* faden_sleep. */
#include "shape.h"
#include <faden/chan.h>
#include <faden/runtime.h>
#include <faden/task.h>
#include <faden/time.h>

static faden_chan *gate;

static void *body(void *arg)
{
    shape_waiting++;
    int err = faden_chan_recv(gate, NULL);
    bench_check(err == -EPIPE, "faden_chan_recv: %s", strerror(-err));
    long ns = shape_random_sleep();
    double begun = bench_now();
    err = faden_sleep(ns);
    bench_check(err == 0, "faden_sleep: %s", strerror(-err));
    shape_wake(begun, ns);
    return arg;
}

static int run(void *arg)
{
    (void)arg;
    int err = faden_chan_new(&gate, 0, 0);
    bench_check(err == 0, "faden_chan_new: %s", strerror(-err));
    for (long i = 0; i < shape_n; i++) {
        err = faden_go(body, NULL);
        bench_check(err == 0, "faden_go %ld: %s", i, strerror(-err));
    }
    /* A task that got no stack never comes to the gate, so the wait has an end. */
    for (long turns = 0; shape_waiting < shape_n && turns < 2 * shape_n; turns++)
        faden_yield();
    shape_open();
    faden_chan_close(gate);
    return 0; /* the sleepers are waited for */
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    faden_config config = {.cpus = 1};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    faden_chan_delete(gate);
    return shape_report();
}
