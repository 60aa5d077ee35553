/* SPDX-License-Identifier: MIT */
/*
 * fork within a task. The child has copies of all tasks and a poller of its own, so neither takes
 * the other's events; the pool's threads stay behind, and a new one is made.
 */
#include "test.h"

static int pairs[3][2];
static int served;

static void *echo(void *arg)
{
    char c;
    while (faden_read(FD(arg), &c, 1) == 1) {
        served++;
        EQUAL(faden_write(FD(arg), &c, 1), 1);
    }
    return NULL;
}

static void *add_one(void *arg)
{
    return ARG(FD(arg) + 1);
}

static void ping(int fd, int times)
{
    for (int i = 0; i < times; i++) {
        char c = (char)i, back = 0;
        EQUAL(faden_write(fd, &c, 1), 1);
        EQUAL(faden_read(fd, &back, 1), 1);
        EQUAL(back, c);
    }
}

static void use_pool(void)
{
    void *result;
    EQUAL(faden_blocking(add_one, ARG(5), &result), 0);
    EQUAL(FD(result), 6);
}

static int told[2];
static faden_task *echoes[2];

/* Has copies of the echo tasks; of the pairs, which both processes have, it uses only
   pair 1. */
static void in_child(void)
{
    faden_stats stats;
    served = 0;
    EQUAL(faden_stats_get(&stats), 0);
    EQUAL(stats.blocking_threads, 0);
    ping(pairs[1][1], 200);
    EQUAL(served, 200);
    for (int i = 0; i < 2; i++) {
        EQUAL(faden_cancel(echoes[i]), 0);
        join(echoes[i]);
    }
    EQUAL(faden_write(told[1], "x", 1), 1);
    use_pool();
    sleep_ms(2);
    int fds[2];
    make_pair(PAIR_TCP, fds);
    faden_task *t = spawn(echo, ARG(fds[0]));
    ping(fds[1], 200);
    EQUAL(faden_close(fds[1]), 0);
    join(t);
    use_pool();
    _exit(0);
}

static int both_go_on(void *arg)
{
    int status;
    char c;
    use_pool();
    EQUAL(faden_pipe(told), 0);
    make_pair(PAIR_UNIX, pairs[0]);
    echoes[0] = spawn(echo, ARG(pairs[0][0]));
    ping(pairs[0][1], 5);
    sleep_ms(1); /* the echo task waits */
    for (int round = 0; round < 5; round++) {
        make_pair(PAIR_UNIX, pairs[1]);
        echoes[1] = spawn(echo, ARG(pairs[1][0]));
        ping(pairs[1][1], 5);
        fflush(NULL);
        pid_t pid = fork();
        if (!pid)
            in_child();
        EQUAL(faden_cancel(echoes[1]), 0); /* pair 1 is the child's */
        join(echoes[1]);
        close_pair(pairs[1]);
        EQUAL(faden_read(told[0], &c, 1), 1);
        served = 0;
        ping(pairs[0][1], 500); /* pair 0 is ours */
        EQUAL(served, 500);
        use_pool();
        EQUAL(faden_waitpid(pid, &status, 0), pid);
        EQUAL(status, 0);
    }
    EQUAL(faden_close(pairs[0][1]), 0);
    join(echoes[0]);
    EQUAL(faden_close(pairs[0][0]), 0);
    close_pair(told);
    return 0;
}

/* A child that only starts another program, while the pool is busy. */
static void *sleeps(void *arg)
{
    usleep(10000);
    return NULL;
}

static void *blocks(void *arg)
{
    EQUAL(faden_blocking(sleeps, NULL, NULL), 0);
    return NULL;
}

static int start_programs(void *arg)
{
    faden_scope s;
    int status;
    faden_scope_open(&s);
    for (int i = 0; i < 20; i++)
        scope_go(&s, blocks, NULL);
    sleep_ms(2);
    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();
        if (!pid) {
            execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
            _exit(1);
        }
        EQUAL(faden_waitpid(pid, &status, 0), pid);
        EQUAL(WEXITSTATUS(status), 7);
    }
    return faden_scope_close(&s);
}

/* A child of a plain thread may begin a run of its own. */
static int child_run(void *arg)
{
    use_pool();
    make_pair(PAIR_UNIX, pairs[2]);
    faden_task *t = spawn(echo, ARG(pairs[2][0]));
    ping(pairs[2][1], 20);
    EQUAL(faden_close(pairs[2][1]), 0);
    join(t);
    return 0;
}

int main(void)
{
    int status;
    if (UNDER_TSAN)
        SKIP("ThreadSanitizer loses track of coroutines in a fork");
    limit_seconds(30);
    run_both(both_go_on, NULL);
    run(start_programs, NULL);
    pid_t pid = fork();
    if (!pid) {
        run_both(child_run, NULL);
        _exit(0);
    }
    EQUAL(waitpid(pid, &status, 0), pid);
    EQUAL(status, 0);
    return 0;
}
