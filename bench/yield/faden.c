/* SPDX-License-Identifier: MIT */
/* faden_yield among n ready tasks on one cpu. */
#include "gate.h"
#include "../faden.h"
#include <faden/runtime.h>
#include <faden/task.h>

static void *body(void *arg)
{
    gate_enter();
    while (!gate_done())
        faden_yield();
    return arg;
}

static int run(void *arg)
{
    (void)arg;
    faden_task **tasks = calloc((size_t)gate_n, sizeof *tasks);
    for (long i = 0; i < gate_n; i++) {
        int err = faden_spawn(&tasks[i], body, NULL, NULL);
        bench_check(err == 0, "faden_spawn %ld: %s", i, strerror(-err));
    }
    for (long i = 0; i < gate_n; i++) {
        int err = faden_join(tasks[i], NULL);
        bench_check(err == 0, "faden_join %ld: %s", i, strerror(-err));
    }
    free(tasks);
    return 0;
}

int main(int argc, char **argv)
{
    gate_init(argc, argv);
    faden_config config = {.cpus = 1};
    fp_init(argc, argv);
    if (bench_is(argc, argv, "route", "scheduler"))
        config.route = FADEN_ROUTE_SCHEDULER;
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    gate_report();
    return 0;
}
