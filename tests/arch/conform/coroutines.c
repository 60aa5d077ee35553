/* SPDX-License-Identifier: MIT */
/* Coroutines on the switch: values in both directions, in full width; symmetric transfer in a ring;
   one that resumes another. */
#include "conform.h"

#include <faden/coro.h>

enum { RING = 20, HOPS = 2000, SIZE = 16384 };

static faden_coro coro[RING];
static _Alignas(16) char stack[RING][SIZE];

static void *value(uint64_t *seed)
{
    return (void *)(uintptr_t)conform_random(seed);
}

static void expect(const void *found, const void *expected, const char *what)
{
    EXPECT(found == expected, "%s: expected %p, found %p", what, expected, found);
}

static void *exchange(void *first)
{
    uint64_t in = 1, out = 2;
    expect(first, value(&in), "the first value");
    for (int i = 0; i < 1000; i++)
        expect(faden_coro_yield(value(&out)), value(&in), "what a yield gave");
    return value(&out);
}

static void init(int i, void *(*fn)(void *))
{
    EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, fn, NULL) == 0, "init");
}

static void values(void)
{
    uint64_t in = 1, out = 2;
    init(0, exchange);
    for (int i = 0; i <= 1000; i++) {
        void *got = faden_coro_resume(&coro[0], value(&in));
        expect(got, value(&out), "what a resume gave");
    }
    EXPECT(faden_coro_state_of(&coro[0]) == FADEN_CORO_DONE, "done");
    faden_coro_destroy(&coro[0]);
}

static void *hop(void *arg)
{
    for (;;) {
        intptr_t hops = (intptr_t)arg;
        EXPECT(faden_coro_self() == &coro[hops % RING], "hop %d came to another", (int)hops);
        if (hops == HOPS)
            return arg;
        arg = faden_coro_transfer(&coro[(hops + 1) % RING], (void *)(hops + 1));
    }
}

static void ring(void)
{
    for (int i = 0; i < RING; i++)
        init(i, hop);
    expect(faden_coro_transfer(&coro[0], (void *)0), (void *)HOPS, "the last hop");
    for (int i = 0; i < RING; i++)
        faden_coro_destroy(&coro[i]);
}

/* Coroutine n counts down with the help of n + 1. */
static void *nest(void *arg)
{
    intptr_t depth = (intptr_t)arg, sum = depth;
    for (int i = 0; depth && i < 3; i++)
        sum += (intptr_t)faden_coro_resume(&coro[RING - depth], (void *)(depth - 1));
    while (depth < RING - 1)
        faden_coro_yield((void *)sum);
    return (void *)sum;
}

static void nested(void)
{
    intptr_t sum = 0;
    for (int i = 0; i < RING; i++)
        init(i, nest);
    for (intptr_t depth = 1; depth < RING; depth++)
        sum = depth + 3 * sum;
    expect(faden_coro_resume(&coro[0], (void *)(intptr_t)(RING - 1)), (void *)sum, "nested");
    for (int i = 0; i < RING; i++)
        faden_coro_destroy(&coro[i]);
}

void conform_coroutines(void)
{
    values();
    ring();
    nested();
}
