/* SPDX-License-Identifier: MIT */
/*
 * What every row needs: a clock, named arguments, a checked end, and one way to print a figure.
 *
 *     int main(int argc, char **argv)
 *     {
 *         long ops = bench_arg(argc, argv, "ops", 1000000);      // given as ops=5000000
 *         double t0 = bench_now();
 *         …the work…
 *         double t1 = bench_now();
 *         bench_check(done == ops, "%ld of %ld done", done, ops); // a wrong count is no figure
 *         bench_print("switch", (t1 - t0) / ops, "ns");
 *     }
 *
 * A figure is a line "NAME VALUE UNIT" on stdout; a line that begins with "note " goes under the
 * table. Whoever starts the program pins it to its cpu: see bench/run.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Nanoseconds of wall time. */
static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds of cpu time of the whole process, user and system. */
static inline double bench_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Ends the program without a figure unless ok. */
#define bench_check(ok, ...)              \
    do {                                  \
        if (!(ok)) {                      \
            fprintf(stderr, __VA_ARGS__); \
            fputc('\n', stderr);          \
            exit(1);                      \
        }                                 \
    } while (0)

/* The text after "name=" on the command line, or NULL. */
static inline const char *bench_text(int argc, char **argv, const char *name)
{
    size_t len = strlen(name);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
            return argv[i] + len + 1;
    return NULL;
}

/* The number after "name=", or otherwise. Out of line for rows that call getcontext, which may
   return twice: gcc fears for the variables of what it inlines there. */
__attribute__((noinline)) static long bench_arg(int argc, char **argv, const char *name,
                                                long otherwise)
{
    const char *text = bench_text(argc, argv, name);
    if (!text)
        return otherwise;
    char *end;
    long value = strtol(text, &end, 10);
    bench_check(*text && !*end && value > 0, "%s=%s: not a positive number", name, text);
    return value;
}

/* True if "name=word" was given. */
static inline int bench_is(int argc, char **argv, const char *name, const char *word)
{
    const char *text = bench_text(argc, argv, name);
    return text && strcmp(text, word) == 0;
}

static inline void bench_print(const char *name, double value, const char *unit)
{
    printf("%s %.4f %s\n", name, value, unit);
}

/* Keeps the compiler from knowing what value is. */
#define bench_hide(value) __asm__ volatile("" : "+r"(value))

/* Work: so many steps of a generator, each of which needs the one before it. */
static inline uint64_t bench_job(long steps)
{
    uint64_t x = 1;
    for (long i = 0; i < steps; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bench_hide(x);
    }
    return x;
}

#endif
