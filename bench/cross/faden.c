/* SPDX-License-Identifier: MIT */
/* Two channels without a buffer between two tasks, each pinned to a cpu of its own; or, with
   place=movable, free to come together. */
#include "shape.h"
#include <faden/faden.h>

static faden_chan *there, *back;
static long got;
static bool movable;

static void ok(int err, const char *what)
{
    bench_check(err == 0, "%s: %s", what, strerror(-err));
}

static void *echo(void *arg)
{
    if (!movable)
        shape_take_processor(1);
    for (long i = 0, value; i < shape_ops; i++) {
        ok(faden_chan_recv(there, &value), "echo: faden_chan_recv");
        shape_arrived();
        value++;
        ok(faden_chan_send(back, &value), "echo: faden_chan_send");
    }
    return arg;
}

static void *ask(void *arg)
{
    long value = 0;
    if (!movable)
        shape_take_processor(0);
    for (long i = 0; i < shape_ops; i++) {
        if (shape_wake)
            ok(faden_sleep(PAUSE), "faden_sleep");
        shape_send(i);
        ok(faden_chan_send(there, &value), "faden_chan_send");
        ok(faden_chan_recv(back, &value), "faden_chan_recv");
    }
    got = value;
    return arg;
}

static int run(void *arg)
{
    faden_task_attr one = {.cpu = 1}, other = {.cpu = 2};
    faden_task *task[2];
    if (movable)
        one = other = (faden_task_attr){.movable = true};
    faden_stats before, after;
    (void)arg;
    ok(faden_chan_new(&there, sizeof(long), 0), "faden_chan_new");
    ok(faden_chan_new(&back, sizeof(long), 0), "faden_chan_new");
    ok(faden_stats_get(&before), "faden_stats_get");
    ok(faden_spawn(&task[0], echo, NULL, &other), "faden_spawn");
    ok(faden_spawn(&task[1], ask, NULL, &one), "faden_spawn");
    ok(faden_join(task[0], NULL), "faden_join");
    ok(faden_join(task[1], NULL), "faden_join");
    ok(faden_stats_get(&after), "faden_stats_get");
    if (!shape_wake)
        printf("note %.0f times asleep in 1,000,000 round trips\n",
               (double)(after.idles - before.idles) * 1e6 / (double)shape_ops);
    faden_chan_delete(there);
    faden_chan_delete(back);
    return 0;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    movable = bench_is(argc, argv, "place", "movable");
    faden_config config = {.cpus = 2};
    ok(faden_run(run, NULL, &config, NULL), "faden_run");
    shape_report(got);
    return 0;
}
