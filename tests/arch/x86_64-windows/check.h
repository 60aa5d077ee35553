/* SPDX-License-Identifier: MIT */
/* tests/arch/check.h for Windows: a panic ends a thread of its own, and its report is kept. */
#ifndef TESTS_ARCH_CHECK_H
#define TESTS_ARCH_CHECK_H

#define SIZE WINDOWS_SIZE /* the tests have one */
#include <windows.h>
#undef SIZE

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"

#undef small
#define UNUSED __attribute__((unused))
#define NOINLINE __attribute__((noipa))
#define NOT_UNDER_VALGRIND(why) ((void)0)
#define limit_seconds(seconds) ((void)(seconds)) /* who starts the test has a limit */
#define fewer(n) (n)

#define EXPECT(condition, ...)                                                      \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                           \
            fputc('\n', stderr);                                                    \
            fflush(stderr);                                                         \
            _Exit(1);                                                               \
        }                                                                           \
    } while (0)

/* A cheap sequence of numbers that repeats from run to run. */
UNUSED static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = (*state += 0x9e3779b97f4a7c15u);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static struct {
    void (*fn)(void *);
    void *arg;
    bool expected;
    char said[4096];
    size_t n;
} panicking;

void platform_report(const char *text, size_t n, bool fatal)
{
    if (!panicking.expected) {
        fwrite(text, 1, n, stderr);
        abort();
    }
    EXPECT(fatal && n < sizeof panicking.said, "%.*s", (int)n, text);
    memcpy(panicking.said, text, n);
    panicking.n = n;
    ExitThread(1);
}

UNUSED static DWORD WINAPI panic_thread(void *unused)
{
    (void)unused;
    panicking.fn(panicking.arg);
    return 0;
}

/* fn(arg) must panic, and its report must be exactly `text` behind the library's name. */
UNUSED static void expect_panic(void (*fn)(void *), void *arg, const char *text)
{
    char want[1024];
    panicking.fn = fn;
    panicking.arg = arg;
    panicking.expected = true;
    panicking.n = 0;
    HANDLE t = CreateThread(NULL, 0, panic_thread, NULL, 0, NULL);
    EXPECT(t && WaitForSingleObject(t, 20000) == WAIT_OBJECT_0, "no end");
    CloseHandle(t);
    panicking.expected = false;
    snprintf(want, sizeof want, "faden: %s\n", text);
    panicking.said[panicking.n] = '\0';
    EXPECT(!strcmp(panicking.said, want), "it said:\n%sand not:\n%s", panicking.said, want);
}

#endif
