/* SPDX-License-Identifier: MIT */
/* fork, exit, wait, kill, sleep, sbrk. */
#include "test.h"

/* ---- fork, exit, wait ---------------------------------------------------------------------- */

static void statuses(void)
{
    int sum = 0, status;
    for (int i = 1; i <= 50; i++) {
        int pid = fork();
        if (pid == 0)
            exit(i);
        EXPECT(pid > 0);
    }
    for (int i = 1; i <= 50; i++) {
        EXPECT(wait(&status) > 0);
        sum += status;
    }
    EQ(sum, 51 * 25);
    EQ(wait(&status), -ECHILD);
}

static void exit_and_wait(void)
{
    for (int i = 0; i < 300; i++) {
        int status = -1, pid = fork();
        if (pid == 0) {
            if (i % 3 == 0)
                yield();
            exit(i % 7);
        }
        EXPECT(pid > 0);
        if (i % 2)
            yield();
        EQ(wait(&status), pid);
        EQ(status, i % 7);
    }
}

/* A tree of processes: each one but the leaves has two children and waits for both. */
static void tree(int depth)
{
    if (depth == 0)
        return;
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            tree(depth - 1);
            exit(0);
        }
    for (int i = 0; i < 2; i++) {
        int status = -1;
        EXPECT(wait(&status) > 0);
        EQ(status, 0);
    }
}

/* Timers of sleepers come all the time, some of them between a process's becoming RUNNING and its
   first step: it must have its own all the same, which the kernel asserts. */
static void first_steps(void)
{
    enum { SLEEPERS = 12, SLEEPS = 60, CHILDREN = 500 };
    for (int i = 0; i < SLEEPERS; i++)
        if (fork() == 0) {
            for (int n = 0; n < SLEEPS; n++)
                sleep_ms(1);
            exit(0);
        }
    for (int i = 0; i < CHILDREN; i++) {
        if (fork() == 0)
            exit(0);
        EXPECT(wait(&(int){0}) > 0);
    }
    for (int i = 0; i < SLEEPERS; i++)
        EXPECT(wait(&(int){0}) > 0);
}

static void fork_tree(void)
{
    tree(6);
}

/* Many at once, all alive until the last is there. */
static void fork_storm(void)
{
    enum { MANY = 200 };
    int gate[2];
    EQ(pipe(gate), 0);
    for (int i = 0; i < MANY; i++) {
        int pid = fork();
        if (pid == 0) {
            char c;
            close(gate[1]);
            exit(read(gate[0], &c, 1) == 0 ? 0 : 1);
        }
        EXPECT(pid > 0);
    }
    EXPECT(info(INFO_PROCESSES) >= MANY);
    close(gate[1]);
    for (int i = 0; i < MANY; i++) {
        int status = -1;
        EXPECT(wait(&status) > 0);
        EQ(status, 0);
    }
}

/* Children that outlive their parent; the process count tells that they are gone in the end. */
static void orphans(void)
{
    for (int i = 0; i < 30; i++) {
        int status, pid = fork();
        if (pid == 0) {
            for (int j = 0; j < 3; j++)
                if (fork() == 0) {
                    sleep_ms((unsigned)j);
                    exit(j);
                }
            exit(0);
        }
        EQ(wait(&status), pid);
    }
}

/* A parent that ends while its children do. */
static void zombies(void)
{
    for (int i = 0; i < 30; i++)
        if (fork() == 0)
            exit(i);
    yield();
}

static int shared = 7;

static void own_memory(void)
{
    volatile int local = 1;
    int status = -1, pid = fork();
    if (pid == 0) {
        shared = 8;
        local = 2;
        exit(shared + local);
    }
    EQ(wait(&status), pid);
    EQ(status, 10);
    EQ(shared, 7);
    EQ(local, 1);
}

static void exec_program(void)
{
    char *argv[] = {"echo", "exec", "works", NULL};
    int status = -1, pid = fork();
    if (pid == 0) {
        exec("echo", argv);
        exit(99);
    }
    EQ(wait(&status), pid);
    EQ(status, 2);
    EQ(exec("nothing", argv), -ENOENT);
}

/* ---- kill and sleep ------------------------------------------------------------------------ */

static void spin(void)
{
    for (volatile int i = 0;; i++)
        ;
}

static void sleep_long(void)
{
    sleep_ms(1000000);
}

static void read_for_ever(void)
{
    int fd[2];
    char c;
    pipe(fd);
    read(fd[0], &c, 1);
}

static void wait_for_ever(void)
{
    int status;
    start(sleep_long);
    wait(&status);
}

static void kill_it(void)
{
    void (*const what[])(void) = {spin, sleep_long, read_for_ever};
    int status;
    for (int i = 0; i < 9; i++) {
        int pid = start(what[i % 3]);
        EXPECT(pid > 0);
        if (i >= 3)
            sleep_ms(2);
        EQ(kill(pid), 0);
        EQ(wait(&status), pid);
        EQ(status, STATUS_KILLED);
        EQ(kill(pid), -ESRCH);
    }
}

/* The killed one has a child, which is then nobody's; that one is killed, too. */
static void kill_parent(void)
{
    int status, pid = start(wait_for_ever);
    sleep_ms(5);
    EQ(kill(pid), 0);
    EQ(wait(&status), pid);
    EQ(status, STATUS_KILLED);
    EQ(kill(pid + 1), 0);
}

static void sleep_in_order(void)
{
    int fd[2];
    unsigned begin = now_ms();
    EQ(pipe(fd), 0);
    for (int i = 3; i > 0; i--)
        if (fork() == 0) {
            char c = (char)('0' + i);
            sleep_ms((unsigned)i * 60);
            write(fd[1], &c, 1);
            exit(0);
        }
    for (int i = 1; i <= 3; i++) {
        char c = 0;
        EQ(read(fd[0], &c, 1), 1);
        EQ(c, '0' + i);
        EXPECT(now_ms() - begin + 1 >= (unsigned)i * 60);
    }
}

/* ---- sbrk ---------------------------------------------------------------------------------- */

static void sbrk_limits(void)
{
    char *begin = sbrk(0);
    EXPECT(sbrk(-1) == (void *)-1);
    EXPECT(sbrk((intptr_t)USER_STACK_TOP | 1) == (void *)-1);
    EXPECT(sbrk(INTPTR_MAX) == (void *)-1);
    EXPECT(sbrk(INTPTR_MIN) == (void *)-1);
    EXPECT(sbrk(100000) == begin);
    for (int i = 0; i < 100000; i++)
        EXPECT(begin[i] == 0);
    memset(begin, 'x', 100000);
    EXPECT(sbrk(-90000) == begin + 100000);
    EXPECT(begin[9999] == 'x');
    EXPECT(sbrk(90000) == begin + 10000);
    EXPECT(begin[99999] == 0);
    EXPECT(sbrk(-100000) == begin + 100000);
    EXPECT(sbrk(0) == begin);
}

static void touch_freed(void)
{
    char *p = sbrk(8192);
    sbrk(-8192);
    *(volatile char *)p = 1;
}

/* No memory: sbrk and fork say so, and when some is given back, they go on. */
static void exhausted(void)
{
    enum { STEP = 1 << 20 };
    intptr_t got = 0;
    int status;
    EQ(status_of(touch_freed), STATUS_FAULT);
    while (sbrk(STEP) != (void *)-1)
        got += STEP;
    EXPECT(got > 0);
    EQ(fork(), -ENOMEM);
    EXPECT(sbrk(-got) != (void *)-1);
    int pid = fork();
    if (pid == 0)
        exit(3);
    EXPECT(pid > 0);
    EQ(wait(&status), pid);
    EQ(status, 3);
}

const struct test process_tests[] = {
    {"statuses", statuses},
    {"exit-and-wait", exit_and_wait},
    {"first-steps", first_steps},
    {"fork-tree", fork_tree},
    {"fork-storm", fork_storm},
    {"orphans", orphans},
    {"zombies", zombies},
    {"own-memory", own_memory},
    {"exec", exec_program},
    {"kill", kill_it},
    {"kill-parent", kill_parent},
    {"sleep-in-order", sleep_in_order},
    {"sbrk-limits", sbrk_limits},
    {"exhausted", exhausted},
    {NULL, NULL},
};
