/* SPDX-License-Identifier: MIT */
/* The tests of processes, in user mode. Prints a line for each, as the suites in the image do. */
#include "test.h"

int start(void (*fn)(void))
{
    int pid = fork();
    if (pid == 0) {
        fn();
        exit(0);
    }
    return pid;
}

int status_of(void (*fn)(void))
{
    int status = -1, pid = start(fn);
    EXPECT(pid > 0);
    EQ(wait(&status), pid);
    return status;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(name, argv[i]))
            return true;
    return argc <= 1;
}

static const struct test *const suites[] = {process_tests, preempt_tests, fault_tests, pipe_tests};
enum { SUITES = sizeof suites / sizeof *suites };

static bool is_there(const char *name)
{
    for (int i = 0; i < SUITES; i++)
        for (const struct test *t = suites[i]; t->name; t++)
            if (!strcmp(name, t->name))
                return true;
    print("there is no test '%s'\n", name);
    return false;
}

static unsigned passed, failed;

/* Everything that the test took must be back when it has ended. */
static void run(const struct test *t)
{
    intptr_t processes = info(INFO_PROCESSES);
    unsigned begin = now_ms();
    int status = status_of(t->run);
    for (int i = 0; i < 100 && info(INFO_PROCESSES) != processes; i++)
        sleep_ms(1); /* orphans on their last steps */
    if (status == 0 && info(INFO_PROCESSES) != processes) {
        print("%d processes are left\n", (int)(info(INFO_PROCESSES) - processes));
        status = 1;
    }
    *(status ? &failed : &passed) += 1;
    print("user/%s: %s, %u ms\n", t->name, status ? "failed" : "passed", now_ms() - begin);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!is_there(argv[i]))
            return 2;
    for (int i = 0; i < SUITES; i++)
        for (const struct test *t = suites[i]; t->name; t++)
            if (is_wanted(t->name, argc, argv))
                run(t);
    print("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed || !passed;
}
