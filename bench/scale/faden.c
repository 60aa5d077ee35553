/* SPDX-License-Identifier: MIT */
/* A task for each job. */
#include "work.h"
#include <faden/runtime.h>
#include <faden/task.h>

static void *job(void *arg)
{
    *(uint64_t *)arg = work_job();
    return arg;
}

static uint64_t sum;

static int run(void *arg)
{
    uint64_t got[JOBS];
    faden_task *task[JOBS];
    (void)arg;
    for (int i = 0; i < JOBS; i++) {
        int err = faden_spawn(&task[i], job, &got[i], NULL);
        bench_check(err == 0, "faden_spawn: %s", strerror(-err));
    }
    for (int i = 0; i < JOBS; i++) {
        int err = faden_join(task[i], NULL);
        bench_check(err == 0, "faden_join: %s", strerror(-err));
        sum += got[i];
    }
    return 0;
}

int main(int argc, char **argv)
{
    work_begin(argc, argv);
    faden_config config = {.cpus = (unsigned)bench_arg(argc, argv, "cpus", 2)};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    work_report(sum);
    return 0;
}
