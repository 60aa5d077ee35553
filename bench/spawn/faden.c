/* SPDX-License-Identifier: MIT */
/* faden_spawn and faden_join; one at a time, a task that nobody joins and a yield to it. */
#include "shape.h"
#include "../faden.h"
#include <faden/runtime.h>
#include <faden/task.h>

static void *body(void *arg)
{
    shape_ran++;
    return arg;
}

static void reuse(long ops)
{
    long before = shape_ran;
    for (long i = 0; i < ops; i++) {
        int err = faden_go(body, NULL);
        bench_check(err == 0, "faden_go %ld: %s", i, strerror(-err));
        while (shape_ran == before + i)
            faden_yield();
    }
}

static void waves(long ops)
{
    faden_task *tasks[WAVE];
    for (long done = 0; done < ops; done += WAVE) {
        for (long i = 0; i < WAVE; i++) {
            int err = faden_spawn(&tasks[i], body, NULL, NULL);
            bench_check(err == 0, "faden_spawn %ld: %s", done + i, strerror(-err));
        }
        for (long i = 0; i < WAVE; i++) {
            int err = faden_join(tasks[i], NULL);
            bench_check(err == 0, "faden_join %ld: %s", done + i, strerror(-err));
        }
    }
}

struct args {
    int argc;
    char **argv;
};

static int run(void *arg)
{
    struct args *args = arg;
    return shape_main(args->argc, args->argv, reuse, waves);
}

int main(int argc, char **argv)
{
    struct args args = {argc, argv};
    fp_init(argc, argv);
    faden_config config = {.cpus = 1};
    int result = 1;
    int err = faden_run(run, &args, &config, &result);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    return result;
}
