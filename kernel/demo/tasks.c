/* SPDX-License-Identifier: MIT */
/* The scheduler on bare metal: a producer and a consumer, and one that sleeps. */
#include <faden/faden.h>

#include "kernel.h"
#include "program.h"

enum { ROUNDS = 5 };

static faden_chan *numbers;

static void *produce(void *arg)
{
    for (int i = 0; i < ROUNDS; i++)
        if (faden_chan_send(numbers, &i) < 0)
            return NULL;
    faden_chan_close(numbers);
    return NULL;
}

static void *sleeper(void *arg)
{
    int64_t begin = faden_now();
    int err = faden_sleep(20 * FADEN_MSEC);
    print("slept %s\n",
          !err && faden_now() - begin >= 20 * FADEN_MSEC ? "long enough" : "too short");
    return NULL;
}

static int tasks_main(void *arg)
{
    int n;
    if (faden_chan_new(&numbers, sizeof n, 1) < 0 || faden_go(produce, NULL) < 0 ||
        faden_go(sleeper, NULL) < 0)
        return 1;
    while (faden_chan_recv(numbers, &n) == 0)
        print("received %d\n", n);
    return 0;
}

int demo_tasks(int argc, char **argv)
{
    faden_config config = {.stack_size = 12288};
    int result = 0;
    int err = faden_run(tasks_main, NULL, &config, &result);
    if (err < 0)
        print("faden_run: %d\n", err);
    return err < 0 ? 1 : result;
}
