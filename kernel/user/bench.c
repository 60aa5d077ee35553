/* SPDX-License-Identifier: MIT */
/* What processes cost, in nanoseconds by the machine's clock: bench [ROUNDS [MILLISECONDS]].
   ROUNDS: how many times each; MILLISECONDS: how long a sleeper sleeps. */
#include "lib.h"

enum { SLEEPERS = 1000, SLEEPS = 5 };

static unsigned begin;

static void start(void)
{
    begin = now_ms();
}

static void stop(const char *what, unsigned n)
{
    uint64_t ns = (uint64_t)(now_ms() - begin) * 1000000;
    print("%-28s %8lu ns each, %u times\n", what, (unsigned long)(ns / n), n);
}

static int child(void)
{
    int pid = fork();
    if (pid < 0) {
        print("bench: fork: %d\n", pid);
        exit(1);
    }
    return pid;
}

/* Two that do nothing but let the other one run. */
static void yields(unsigned n)
{
    int pid = child();
    if (pid)
        start();
    for (unsigned i = 0; i < n; i++)
        yield();
    if (pid == 0)
        exit(0);
    wait(NULL);
    stop("yield", 2 * n);
}

/* A byte there and back. */
static void pipes(unsigned n)
{
    int there[2], back[2];
    char c = 0;
    if (pipe(there) || pipe(back))
        exit(1);
    if (child() == 0) {
        for (unsigned i = 0; i < n; i++)
            if (read(there[0], &c, 1) != 1 || write(back[1], &c, 1) != 1)
                exit(1);
        exit(0);
    }
    start();
    for (unsigned i = 0; i < n; i++)
        if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
            exit(1);
    stop("pipe, there and back", n);
    wait(NULL);
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
}

static void forks(unsigned n)
{
    start();
    for (unsigned i = 0; i < n; i++) {
        if (child() == 0)
            exit(0);
        wait(NULL);
    }
    stop("fork, exit, wait", n);
}

/* All asleep at a time, for so long each time; those of the forks and waits are in it. */
static void sleepers(unsigned ms)
{
    start();
    for (unsigned i = 0; i < SLEEPERS; i++)
        if (child() == 0) {
            for (unsigned j = 0; j < SLEEPS; j++)
                sleep_ms(ms);
            exit(0);
        }
    for (unsigned i = 0; i < SLEEPERS; i++)
        wait(NULL);
    stop("1,000 sleepers, a sleep", SLEEPERS * SLEEPS);
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? number_of(argv[1]) : 10000;
    yields(n);
    pipes(n / 2);
    forks(n / 5);
    sleepers(argc > 2 ? number_of(argv[2]) : 1);
    return 0;
}
