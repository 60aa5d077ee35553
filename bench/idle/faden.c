/* SPDX-License-Identifier: MIT */
/* Tasks that sleep, on four cpus. */
#include "shape.h"
#include <faden/runtime.h>
#include <faden/task.h>
#include <faden/time.h>

static void *body(void *arg)
{
    for (long i = 0; i < shape_rounds; i++) {
        int err = faden_sleep(FADEN_SEC);
        bench_check(err == 0, "faden_sleep: %s", strerror(-err));
    }
    return arg;
}

static int run(void *arg)
{
    (void)arg;
    for (int i = 0; i < TASKS; i++) {
        int err = faden_go(body, NULL);
        bench_check(err == 0, "faden_go: %s", strerror(-err));
    }
    return 0;
}

int main(int argc, char **argv)
{
    faden_config config = {.cpus = 4};
    shape_begin(argc, argv);
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    shape_report();
    return 0;
}
