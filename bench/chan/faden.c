/* SPDX-License-Identifier: MIT */
/* faden_chan with capacity 0, and with a buffer. */
#include "shape.h"
#include "../faden.h"
#include <faden/chan.h>
#include <faden/runtime.h>
#include <faden/task.h>

static faden_chan *there, *back;
static long got;

static void ok(int err, const char *what)
{
    bench_check(err == 0, "%s: %s", what, strerror(-err));
}

static void *echo(void *arg)
{
    for (long i = 0, value; i < shape_ops; i++) {
        ok(faden_chan_recv(there, &value), "echo: faden_chan_recv");
        value++;
        ok(faden_chan_send(back, &value), "echo: faden_chan_send");
    }
    return arg;
}

static void *source(void *arg)
{
    for (long i = 0; i < shape_ops; i++)
        ok(faden_chan_send(there, &i), "source: faden_chan_send");
    return arg;
}

static void roundtrip(void)
{
    long value = 0;
    for (long i = 0; i < shape_ops; i++) {
        ok(faden_chan_send(there, &value), "faden_chan_send");
        ok(faden_chan_recv(back, &value), "faden_chan_recv");
    }
    got = value;
}

static void sink(void)
{
    for (long i = 0, value; i < shape_ops; i++) {
        ok(faden_chan_recv(there, &value), "faden_chan_recv");
        got += value;
    }
}

static int run(void *arg)
{
    (void)arg;
    faden_task *task;
    ok(faden_chan_new(&there, sizeof(long), shape_buffered ? BUFFER : 0), "faden_chan_new");
    ok(faden_chan_new(&back, sizeof(long), 0), "faden_chan_new");
    ok(faden_spawn(&task, shape_buffered ? source : echo, NULL, NULL), "faden_spawn");
    shape_t0 = bench_now();
    (shape_buffered ? sink : roundtrip)();
    shape_t1 = bench_now();
    ok(faden_join(task, NULL), "faden_join");
    faden_chan_delete(there);
    faden_chan_delete(back);
    return 0;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    fp_init(argc, argv);
    faden_config config = {.cpus = 1};
    ok(faden_run(run, NULL, &config, NULL), "faden_run");
    return shape_report(got);
}
