/* SPDX-License-Identifier: MIT */
/* The tasks wait on an event. */
#include "load.h"
#include <faden/runtime.h>
#include <faden/sync.h>
#include <faden/task.h>
#include <faden/time.h>

static faden_event go;
static uint64_t got[TASKS];
static unsigned where[TASKS];

static void ok(int err, const char *what)
{
    bench_check(err == 0, "%s: %s", what, strerror(-err));
}

static void *body(void *arg)
{
    long i = (long)(intptr_t)arg;
    ok(faden_event_wait(&go), "faden_event_wait");
    got[i] = load_job();
    where[i] = faden_cpu();
    return NULL;
}

static int run(void *arg)
{
    static faden_task *task[TASKS];
    uint64_t sum = 0;
    double t0, t1;
    (void)arg;
    for (long i = 0; i < TASKS; i++)
        ok(faden_spawn(&task[i], body, (void *)(intptr_t)i, NULL), "faden_spawn");
    ok(faden_sleep(50 * FADEN_MSEC), "faden_sleep"); /* all of them wait */
    t0 = bench_now();
    faden_event_set(&go);
    for (long i = 0; i < TASKS; i++)
        ok(faden_join(task[i], NULL), "faden_join");
    t1 = bench_now();
    int first = 0;
    for (long i = 0; i < TASKS; i++) {
        sum += got[i];
        first += where[i] == 1;
    }
    printf("note %d of the tasks on the first cpu\n", first);
    load_report(t0, t1, sum);
    return 0;
}

int main(int argc, char **argv)
{
    load_init(argc, argv);
    faden_config config = {.cpus = (unsigned)bench_arg(argc, argv, "cpus", 2)};
    ok(faden_run(run, NULL, &config, NULL), "faden_run");
    return 0;
}
