/* SPDX-License-Identifier: MIT */
/*
 * Runs the tests in the image, one after the other, and says for each how it ended. A test that
 * fails within a run leaves tasks behind that nobody can end: then it was the last one.
 */
#include "runner.h"

#include <faden/runtime.h>

#include "coro/here.h"
#include "kernel.h"
#include "machine.h"
#include "program.h"

static const struct test *running;
static void *back[5]; /* for __builtin_longjmp */
static int ended_with;

void runner_end(int code)
{
    ended_with = code;
    if (!running || faden__here.cpu) {
        print("%s: failed\n", running ? running->name : "no test");
        machine_exit(1);
    }
    __builtin_longjmp(back, 1);
}

static int run(const struct test *t)
{
    char *argv[] = {(char *)t->name, NULL};
    running = t;
    if (__builtin_setjmp(back) == 0)
        ended_with = t->main(1, argv);
    watchdog_set(FADEN_FOREVER);
    faden_trace_set(NULL, NULL); /* a program's end would have ended it */
    running = NULL;
    return ended_with;
}

static bool is_of(const struct test *t, const char *name)
{
    return !strncmp(t->name, name, strlen(name));
}

static bool is_wanted(const struct test *t, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (is_of(t, argv[i]))
            return true;
    return argc <= 1;
}

static bool is_there(const char *name)
{
    for (const struct test *t = tests; t->name; t++)
        if (is_of(t, name))
            return true;
    print("there is no test '%s'\n", name);
    return false;
}

/* "-a": runs whose test does not say how many cpus they have have all; else one. */
int tests_run(int argc, char **argv)
{
    bool all = argc > 1 && !strcmp(argv[1], "-a");
    argc -= all;
    argv += all;
    for (int i = 1; i < argc; i++)
        if (!is_there(argv[i]))
            return 2;
    kernel_default_cpus = all ? 0 : 1;
    unsigned passed = 0, failed = 0, skipped = 0;
    for (const struct test *t = tests; t->name; t++) {
        if (!is_wanted(t, argc, argv))
            continue;
        int64_t begin = machine_now();
        int code = run(t);
        const char *how = code == 0 ? "passed" : code == 77 ? "skipped" : "failed";
        *(code == 0 ? &passed : code == 77 ? &skipped : &failed) += 1;
        print("%s: %s, %lu ms\n", t->name, how,
              (unsigned long)((machine_now() - begin) / FADEN_MSEC));
    }
    kernel_default_cpus = 0;
    print("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return failed || !passed;
}
