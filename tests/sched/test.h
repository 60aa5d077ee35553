/* SPDX-License-Identifier: MIT */
/*
 * For the tests of the scheduler: expectations, running on both routes, a child whose end is looked
 * at, /proc, and a generator of numbers that a seed repeats.
 */
#ifndef TESTS_SCHED_TEST_H
#define TESTS_SCHED_TEST_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <faden/faden.h>

#include "../sanitized.h"

#define UNUSED __attribute__((unused))

/* What a failure says beside its place, if the test has a random seed. */
UNUSED static uint64_t test_seed;

#define EXPECT(condition, ...)                                                      \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                           \
            if (test_seed)                                                          \
                fprintf(stderr, " (seed %llu)", (unsigned long long)test_seed);     \
            fputc('\n', stderr);                                                    \
            _exit(1);                                                               \
        }                                                                           \
    } while (0)

/* Two integers are equal. */
#define EQUAL(a, b)                                                                    \
    do {                                                                               \
        long long is_ = (long long)(a), wanted_ = (long long)(b);                      \
        EXPECT(is_ == wanted_, "%s is %lld, not %s = %lld", #a, is_, #b, wanted_);     \
    } while (0)

#define SKIP(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fputc('\n', stderr);          \
        exit(77);                     \
    } while (0)

/* Under Valgrind or an emulator all takes longer. */
UNUSED static bool slow(void)
{
    return getenv("FADEN_TEST_VALGRIND") || getenv("FADEN_TEST_EMULATED");
}

UNUSED static int patience(void)
{
    return slow() ? 15 : 1;
}

/* A test that hangs dies. */
UNUSED static void limit_seconds(unsigned s)
{
    alarm(s * (unsigned)patience());
}

/* Fewer rounds, or tasks, where each costs more: Valgrind searches all stacks at each switch. */
UNUSED static int rounds(int n)
{
    return slow() ? n / 20 + 1 : n;
}

/* ---- running ---------------------------------------------------------------------------- */

static faden_route test_route;

/* Run fn(arg) in this configuration but on `test_route`. */
UNUSED static void run_as(int (*fn)(void *), void *arg, faden_config config)
{
    int result = -1;
    config.route = test_route;
    EQUAL(faden_run(fn, arg, &config, &result), 0);
    EQUAL(result, 0);
}

UNUSED static void run(int (*fn)(void *), void *arg)
{
    run_as(fn, arg, (faden_config){.cpus = 1});
}

/* On both routes: the result is the same. */
UNUSED static void run_both(int (*fn)(void *), void *arg)
{
    for (int i = 0; i < 2; i++) {
        test_route = i ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        run(fn, arg);
    }
}

/* ---- children --------------------------------------------------------------------------- */

struct outcome {
    int status;
    char text[32768]; /* what it wrote to its error stream */
};

/* Run fn(arg) in a child process. It may die; if it returns, the child exits with 0. */
UNUSED static void run_child(struct outcome *out, void (*fn)(void *), void *arg)
{
    int fd[2];
    size_t n = 0;
    ssize_t got;
    EXPECT(pipe(fd) == 0, "%s", strerror(errno));
    pid_t pid = fork();
    EXPECT(pid >= 0, "%s", strerror(errno));
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
    while ((got = read(fd[0], out->text + n, sizeof out->text - 1 - n)) > 0)
        n += (size_t)got;
    out->text[n] = '\0';
    close(fd[0]);
    EXPECT(waitpid(pid, &out->status, 0) == pid, "%s", strerror(errno));
}

UNUSED static void expect_text(const struct outcome *o, const char *part)
{
    EXPECT(strstr(o->text, part), "'%s' is not in: %s", part, o->text);
}

UNUSED static void expect_exit(const struct outcome *o, int code)
{
    EXPECT(WIFEXITED(o->status) && WEXITSTATUS(o->status) == code,
           "status %#x instead of exit %d; it said: %s", (unsigned)o->status, code, o->text);
}

UNUSED static void child_task(void *fn)
{
    int err = faden_run((int (*)(void *))fn, NULL, NULL, NULL);
    fprintf(stderr, "faden_run came back: %d\n", err);
}

/* fn, run as the main task in a child, panics with each of these parts of a text (up to NULL). */
#define EXPECT_PANIC(fn, ...) expect_panic(#fn, (fn), (const char *const[]){__VA_ARGS__, NULL})
UNUSED static void expect_panic(const char *name, int (*fn)(void *), const char *const *parts)
{
    static struct outcome o;
    run_child(&o, child_task, (void *)fn);
    EXPECT(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGABRT,
           "%s: status %#x instead of SIGABRT; it said: %s", name, (unsigned)o.status, o.text);
    for (; *parts; parts++)
        EXPECT(strstr(o.text, *parts), "%s: '%s' is not in: %s", name, *parts, o.text);
}


/* ---- tasks ------------------------------------------------------------------------------ */

UNUSED static faden_task *spawn(void *(*fn)(void *), void *arg)
{
    faden_task *t;
    EQUAL(faden_spawn(&t, fn, arg, NULL), 0);
    return t;
}

UNUSED static void go(void *(*fn)(void *), void *arg)
{
    EQUAL(faden_go(fn, arg), 0);
}

UNUSED static void scope_go(faden_scope *s, void *(*fn)(void *), void *arg)
{
    EQUAL(faden_scope_spawn(s, NULL, fn, arg, NULL), 0);
}

UNUSED static void *join(faden_task *t)
{
    void *result = NULL;
    EQUAL(faden_join(t, &result), 0);
    return result;
}

UNUSED static void yield_times(int n)
{
    while (n--)
        faden_yield();
}

/* ---- numbers ---------------------------------------------------------------------------- */

UNUSED static uint32_t random_of(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Processor time of this thread, ns. */
UNUSED static int64_t cpu_time(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * FADEN_SEC + ts.tv_nsec;
}

/* A number from /proc/self/status or /proc/meminfo, in KiB. */
UNUSED static long proc_kib(const char *file, const char *key)
{
    char line[256];
    long value = -1;
    FILE *f = fopen(file, "r");
    EXPECT(f, "%s: %s", file, strerror(errno));
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
            value = strtol(line + strlen(key) + 1, NULL, 10);
    fclose(f);
    EXPECT(value >= 0, "no %s in %s", key, file);
    return value;
}

#endif
