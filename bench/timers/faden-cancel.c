/* SPDX-License-Identifier: MIT */
/* A timeout begun and ended in time, as around each call of a server. */
#include "../common.h"
#include <faden/runtime.h>
#include <faden/task.h>
#include <faden/time.h>

static long ops;

static int run(void *arg)
{
    (void)arg;
    long quiet = 0;
    double t0 = bench_now();
    for (long i = 0; i < ops; i++) {
        faden_timeout limit;
        faden_timeout_begin(&limit, 1000000000);
        if (faden_timeout_end(&limit) == 0)
            quiet++;
    }
    double t1 = bench_now();
    bench_check(quiet == ops, "%ld timeouts of %ld ended in time", quiet, ops);
    bench_print("cancel", (t1 - t0) / (double)ops, "ns");
    return 0;
}

int main(int argc, char **argv)
{
    ops = bench_arg(argc, argv, "ops", 10000000);
    faden_config config = {.cpus = 1};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    return 0;
}
