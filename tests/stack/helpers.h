/* SPDX-License-Identifier: MIT */
/* For the tests of the stack pool: expectations, a child whose end is looked at, and /proc. */
#ifndef TESTS_STACK_HELPERS_H
#define TESTS_STACK_HELPERS_H

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

#include <faden/coro.h>

#include "platform/platform.h"
#include "stack/pool.h"
#include "stack/stack.h"

#include "../sanitized.h"

#define EXPECT(condition, ...)                                                  \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                       \
            fputc('\n', stderr);                                                \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

#define SKIP(...)                     \
    do {                              \
        fprintf(stderr, __VA_ARGS__); \
        fputc('\n', stderr);          \
        exit(77);                     \
    } while (0)

#define SKIP_SANITIZED(why) \
    if (SANITIZED)          \
    SKIP("with sanitizers %s", why)
#define SKIP_VALGRIND(why)             \
    if (getenv("FADEN_TEST_VALGRIND")) \
    SKIP("under Valgrind %s", why)

struct outcome {
    int status;
    char text[8192]; /* what it wrote to its error stream */
};

/* An emulator says that it ends by a signal; take that out. */
__attribute__((unused)) static void drop_emulator_lines(char *text)
{
    char *line;
    while ((line = strstr(text, "qemu: uncaught target signal"))) {
        char *end = strchr(line, '\n');
        memmove(line, end ? end + 1 : line + strlen(line), end ? strlen(end) : 1);
    }
}

/* Run fn(arg) in a child process. It should die; if it returns, the child exits with 0. */
__attribute__((unused)) static void run_child(struct outcome *out, void (*fn)(void *), void *arg)
{
    int fd[2];
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
        fn(arg);
        _exit(0);
    }
    close(fd[1]);
    while ((got = read(fd[0], out->text + n, sizeof out->text - 1 - n)) > 0)
        n += (size_t)got;
    out->text[n] = '\0';
    drop_emulator_lines(out->text);
    close(fd[0]);
    EXPECT(waitpid(pid, &out->status, 0) == pid, "%s", strerror(errno));
}

__attribute__((unused)) static void expect_killed(const struct outcome *o, int sig)
{
    EXPECT(WIFSIGNALED(o->status) && WTERMSIG(o->status) == sig,
           "status %#x instead of signal %d; it said: %s", o->status, sig, o->text);
}

__attribute__((unused)) static void expect_exit(const struct outcome *o, int code)
{
    EXPECT(WIFEXITED(o->status) && WEXITSTATUS(o->status) == code,
           "status %#x instead of exit %d; it said: %s", o->status, code, o->text);
}

__attribute__((unused)) static void expect_text(const struct outcome *o, const char *part)
{
    EXPECT(strstr(o->text, part), "'%s' is not in: %s", part, o->text);
}

/* The report says that the access was so many bytes below the stack, as exactly as can be. */
__attribute__((unused)) static void expect_below(const struct outcome *o, size_t n)
{
    char part[64];
    if (ARCH_FAULT_GRAIN == 1)
        snprintf(part, sizeof part, " %zu bytes below", n);
    else
        snprintf(part, sizeof part, " at most %zu bytes below",
                 (n + ARCH_FAULT_GRAIN - 1) / ARCH_FAULT_GRAIN * ARCH_FAULT_GRAIN);
    expect_text(o, part);
}

/* How many bytes below the stack the report says that it was; within ARCH_FAULT_GRAIN of that. */
__attribute__((unused)) static size_t below_of(const struct outcome *o)
{
    size_t below = 0;
    const char *p = strstr(o->text, "the fault is ");
    EXPECT(p && (sscanf(p, "the fault is at %*[0-9a-fx], %zu bytes below it.", &below) == 1 ||
                 sscanf(p, "the fault is in the page at %*[0-9a-fx], at most %zu bytes below it.",
                        &below) == 1),
           "%s", o->text);
    return below;
}

__attribute__((unused)) static int count_of(const char *text, const char *part)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, part)); p++)
        n++;
    return n;
}

/* A number from /proc/self/status, in KiB. */
__attribute__((unused)) static long status_kib(const char *key)
{
    char line[256];
    long value = -1;
    FILE *f = fopen("/proc/self/status", "r");
    EXPECT(f, "/proc/self/status: %s", strerror(errno));
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
            value = strtol(line + strlen(key) + 1, NULL, 10);
    fclose(f);
    EXPECT(value >= 0, "no %s in /proc/self/status", key);
    return value;
}

/* How many mappings this process has. */
__attribute__((unused)) static long mappings(void)
{
    char block[4096];
    long n = 0;
    size_t got;
    FILE *f = fopen("/proc/self/maps", "r");
    EXPECT(f, "/proc/self/maps: %s", strerror(errno));
    while ((got = fread(block, 1, sizeof block, f)) > 0)
        for (size_t i = 0; i < got; i++)
            n += block[i] == '\n';
    fclose(f);
    return n;
}

/* Whether the kernel refuses to read the byte at `p`. */
__attribute__((unused)) static bool is_guarded(const char *p)
{
    static int fd[2];
    char byte;
    if (!fd[1])
        EXPECT(pipe(fd) == 0, "%s", strerror(errno));
    ssize_t n = write(fd[1], p, 1);
    if (n == 1) {
        EXPECT(read(fd[0], &byte, 1) == 1, "%s", strerror(errno));
        return false;
    }
    EXPECT(errno == EFAULT, "%s", strerror(errno));
    return true;
}

__attribute__((unused)) static char *guard_low(const struct stack *s)
{
    return stack_low(s) - stack_guard_size(s);
}

/* Guards that are marks in the page tables: without them fewer stacks are possible. */
__attribute__((unused)) static bool kernel_has_marks(void)
{
    struct stack *s = stack_get_slow(NULL, (unsigned)stack_shift_for(STACK_SIZE_DEFAULT));
    EXPECT(s, "no stack");
    long before = mappings();
    struct stack *t = stack_get_slow(NULL, s->shift);
    EXPECT(t, "no stack");
    bool marks = mappings() == before;
    stack_put_slow(NULL, s);
    stack_put_slow(NULL, t);
    return marks;
}

#endif
