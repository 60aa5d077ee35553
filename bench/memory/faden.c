/* SPDX-License-Identifier: MIT */
/* Tasks parked on a channel; stack=BYTES sets config.stack_size. All stacks have guards. */
#include "shape.h"
#include <faden/chan.h>
#include <faden/runtime.h>
#include <faden/task.h>

static faden_chan *gate;
static const char *why = "";

static void *body(void *arg)
{
    shape_alive++;
    if (faden_chan_recv(gate, NULL) == -EPIPE)
        shape_finished++;
    return arg;
}

static int run(void *arg)
{
    (void)arg;
    int err = faden_chan_new(&gate, 0, 0);
    bench_check(err == 0, "faden_chan_new: %s", strerror(-err));
    for (shape_made = 0; shape_made < shape_n; shape_made++) {
        err = faden_go(body, NULL);
        if (err) {
            why = strerror(-err);
            break;
        }
    }
    /* A task that got no stack never counts itself in, so the wait has an end. */
    for (long turns = 0; shape_alive < shape_made && turns < 2 * shape_n; turns++)
        faden_yield();
    shape_measure();
    faden_chan_close(gate);
    return 0;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    faden_config config = {.cpus = 1, .stack_size = (size_t)bench_arg(argc, argv, "stack", 0)};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    faden_chan_delete(gate);
    return shape_report(why);
}
