/* SPDX-License-Identifier: MIT */
/* For the tests of contexts and coroutines: expectations, a time limit, a child that must panic. */
#ifndef TESTS_ARCH_CHECK_H
#define TESTS_ARCH_CHECK_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))
/* Called as any other function, with nothing known of its callers and arguments. */
#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

#define EXPECT(condition, ...)                                                      \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                           \
            fputc('\n', stderr);                                                    \
            _exit(1);                                                               \
        }                                                                           \
    } while (0)

#define SKIP(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fputc('\n', stderr);          \
        exit(77);                     \
    } while (0)

/* Under Valgrind (tests/meson.build) what it cannot do would be found to be wrong. */
#define NOT_UNDER_VALGRIND(why)                  \
    do {                                         \
        if (getenv("FADEN_TEST_VALGRIND"))       \
            SKIP("not under Valgrind: %s", why); \
    } while (0)

/* The test dies after so many seconds. Under Valgrind or an emulator all takes longer. */
UNUSED static bool slow(void)
{
    return getenv("FADEN_TEST_VALGRIND") || getenv("FADEN_TEST_EMULATED");
}

UNUSED static void limit_seconds(unsigned seconds)
{
    alarm(slow() ? 10 * seconds : seconds);
}

/* Fewer where each costs more. */
UNUSED static int fewer(int n)
{
    return slow() ? n / 10 : n;
}

/* A cheap sequence of numbers that repeats from run to run. */
UNUSED static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = (*state += 0x9e3779b97f4a7c15u);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* An emulator has a last word of its own to say: take it off. */
UNUSED static void take_off_emulator(char *text)
{
    char *said = strstr(text, "qemu: uncaught target signal");
    if (said)
        *said = '\0';
}

/* Run fn(arg) in a child; give its wait status, and what it wrote to its error stream. */
UNUSED static int run_child(void (*fn)(void *), void *arg, char *text, size_t size)
{
    int fd[2], status;
    size_t n = 0;
    ssize_t got;
    EXPECT(pipe(fd) == 0, "%s", strerror(errno));
    pid_t pid = fork();
    EXPECT(pid >= 0, "%s", strerror(errno));
    if (!pid) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(fd[1], STDERR_FILENO);
        close(fd[0]);
        close(fd[1]);
        limit_seconds(10);
        fn(arg);
        _exit(0);
    }
    close(fd[1]);
    while ((got = read(fd[0], text + n, size - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    take_off_emulator(text);
    close(fd[0]);
    EXPECT(waitpid(pid, &status, 0) == pid, "%s", strerror(errno));
    return status;
}

/* fn(arg) must panic, and its report must be exactly `text` behind the library's name. */
UNUSED static void expect_panic(void (*fn)(void *), void *arg, const char *text)
{
    char said[4096], want[1024];
    int status = run_child(fn, arg, said, sizeof said);
    snprintf(want, sizeof want, "faden: %s\n", text);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
           "status %#x instead of SIGABRT for '%s'; it said: %s", status, text, said);
    EXPECT(!strcmp(said, want), "it said:\n%sand not:\n%s", said, want);
}

#endif
