/* SPDX-License-Identifier: MIT */
/* Boot programs that run user programs. */
#include "kernel.h"
#include "platform/platform.h"
#include "proc/process.h"
#include "program.h"

#define LIMIT (100 * FADEN_SEC) /* for tests: then a hang is reported */

struct command {
    char **argv;
    int status;
};

/* The task that stands in as the parent of the first process. */
static int run(void *arg)
{
    struct command *c = arg;
    struct process parent;
    process_stand_in(&parent);
    size_t before = pages_available();
    int pid = process_start(&parent, c->argv[0], c->argv);
    if (pid < 0) {
        process_start_failed(c->argv[0], pid);
        return 1;
    }
    int err = process_wait(&parent, &c->status);
    print("process %d: status %d, %ld pages kept, %ld us since the boot\n", pid, c->status,
          (long)before - (long)pages_available(), (long)(platform_now() / FADEN_USEC));
    return err == pid && c->status == 0 ? 0 : 1;
}

static int run_image(char **argv)
{
    static const faden_config config = {.route = FADEN_ROUTE_SCHEDULER};
    struct command c = {.argv = argv};
    int result = 1;
    process_trace_begin();
    int err = faden_run(run, &c, &config, &result);
    faden_trace_set(NULL, NULL);
    return err ? 1 : result;
}

int user_run(int argc, char **argv)
{
    if (argc > 1)
        return run_image(argv + 1);
    print("usage: run NAME [ARG...]\n");
    return 2;
}

int user_tests(int argc, char **argv)
{
    argv[0] = "tests";
    watchdog_set(platform_now() + LIMIT);
    int code = run_image(argv);
    watchdog_set(FADEN_FOREVER);
    return code;
}
