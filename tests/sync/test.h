/* SPDX-License-Identifier: MIT */
/* For the tests of sync, chan and time: expectations, runs on both routes, threads, children. */
#ifndef TESTS_SYNC_TEST_H
#define TESTS_SYNC_TEST_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <faden/faden.h>

#include "../sanitized.h"

#define UNUSED __attribute__((unused))

/* What a failure names: the round, the seed. */
UNUSED static unsigned long long test_seed;

UNUSED static void failed(const char *file, int line, const char *what, long long is,
                          const char *wanted_text, long long wanted)
{
    fprintf(stderr, "%s:%d: ", file, line);
    if (wanted_text)
        fprintf(stderr, "%s is %lld, not %s = %lld", what, is, wanted_text, wanted);
    else
        fprintf(stderr, "not so: %s", what);
    fprintf(stderr, test_seed ? " (seed %llu)\n" : "\n", test_seed);
    _exit(1);
}

#define EXPECT(condition)                                       \
    do {                                                        \
        if (!(condition))                                       \
            failed(__FILE__, __LINE__, #condition, 0, NULL, 0); \
    } while (0)

/* Two integers are equal. */
#define EQ(a, b)                                                  \
    do {                                                          \
        long long is_ = (long long)(a), wanted_ = (long long)(b); \
        if (is_ != wanted_)                                       \
            failed(__FILE__, __LINE__, #a, is_, #b, wanted_);     \
    } while (0)

/* Under a checker or an emulator everything costs more. */
UNUSED static bool slow(void)
{
    return SANITIZED || getenv("FADEN_TEST_VALGRIND") || getenv("FADEN_TEST_EMULATED");
}

/* The test dies after so many seconds. */
UNUSED static void limit_seconds(unsigned s)
{
    alarm(slow() ? s * 15 : s);
}

/* Fewer rounds where each costs more. */
UNUSED static int rounds(int n)
{
    return slow() ? n / 20 + 1 : n;
}

/* ---- tasks ------------------------------------------------------------------------------ */

UNUSED static void run_as(int (*fn)(void *), void *arg, faden_config config)
{
    int result = -1;
    EQ(faden_run(fn, arg, &config, &result), 0);
    EQ(result, 0);
}

UNUSED static void run_both(int (*fn)(void *), void *arg)
{
    run_as(fn, arg, (faden_config){.route = FADEN_ROUTE_DIRECT});
    run_as(fn, arg, (faden_config){.route = FADEN_ROUTE_SCHEDULER});
}

UNUSED static faden_task *spawn(void *(*fn)(void *), void *arg)
{
    faden_task *t;
    EQ(faden_spawn(&t, fn, arg, NULL), 0);
    return t;
}

UNUSED static intptr_t join(faden_task *t)
{
    void *result = NULL;
    EQ(faden_join(t, &result), 0);
    return (intptr_t)result;
}

/* Let everybody who can run do so until they all wait. On other cpus they do not wait for our
   yields. */
UNUSED static void settle(void)
{
    faden_stats now;
    for (int i = 0; i < 20; i++)
        faden_yield();
    while (faden_stats_get(&now) == 0 && now.cpus > 1 &&
           now.tasks[FADEN_TASK_NEW] + now.tasks[FADEN_TASK_READY] +
                   now.tasks[FADEN_TASK_RUNNING] > 1)
        faden_yield();
}

/* What a task returns that ends with `err`. */
UNUSED static void *gives(int err)
{
    return (void *)(intptr_t)err;
}

/* ---- threads ---------------------------------------------------------------------------- */

UNUSED static pthread_t thread(void *(*fn)(void *), void *arg)
{
    pthread_t t;
    EQ(pthread_create(&t, NULL, fn, arg), 0);
    return t;
}

UNUSED static intptr_t thread_end(pthread_t t)
{
    void *result;
    EQ(pthread_join(t, &result), 0);
    return (intptr_t)result;
}

/* In a task: until a thread has done what it has to; the other tasks go on. */
#define UNTIL(condition)                   \
    do {                                   \
        while (!(condition))               \
            faden_sleep(100 * FADEN_USEC); \
    } while (0)

/* ---- numbers ---------------------------------------------------------------------------- */

UNUSED static uint32_t random_of(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

UNUSED static uint32_t below(uint64_t *state, uint32_t n)
{
    return random_of(state) % n;
}

/* ---- children --------------------------------------------------------------------------- */

/* fn(arg) in a child process; gives its status, and in `text` what it said. */
UNUSED static int child(void (*fn)(void *), void *arg, char *text, size_t size)
{
    int fd[2], status;
    size_t n = 0;
    ssize_t got;
    EQ(pipe(fd), 0);
    pid_t pid = fork();
    EXPECT(pid >= 0);
    if (!pid) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        limit_seconds(20);
        dup2(fd[1], STDERR_FILENO);
        close(fd[0]);
        close(fd[1]);
        fn(arg);
        _exit(0);
    }
    close(fd[1]);
    while ((got = read(fd[0], text + n, size - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    close(fd[0]);
    EXPECT(waitpid(pid, &status, 0) == pid);
    return status;
}

UNUSED static void in_a_run(void *fn)
{
    int err = faden_run((int (*)(void *))fn, NULL, NULL, NULL);
    fprintf(stderr, "faden_run came back with %d\n", err);
}

/* fn, as the main task of a child, panics with `text`. */
UNUSED static void expect_panic(int (*fn)(void *), const char *text)
{
    static char said[65536];
    int status = child(in_a_run, (void *)fn, said, sizeof said);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(said, text)) {
        fprintf(stderr, "status %#x; '%s' is not in: %s\n", (unsigned)status, text, said);
        _exit(1);
    }
}

#endif
