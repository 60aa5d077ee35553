/* SPDX-License-Identifier: MIT */
/*
 * Signals at a high rate, their handlers on the stack that runs at the moment: the stack pointer
 * is inside a valid stack each time, and no byte below it that the ABI lets a leaf function use is
 * lost. The handler uses much stack, and the floating-point unit.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "conform.h"

#include <faden/coro.h>

enum { FLOWS = 3, SIZE = 131072, ENOUGH = 200, MOST_MS = 4000, LEAF = 12 };

static _Alignas(16) char stack[FLOWS][SIZE];
static uintptr_t base_high;
static volatile unsigned signals;
static volatile uintptr_t outside;
static volatile double shaken = 1;
static faden_context flow[2], base;
static faden_coro coro;

static bool in_a_stack(uintptr_t sp)
{
    for (int i = 0; i < FLOWS; i++)
        if (sp > (uintptr_t)stack[i] && sp <= (uintptr_t)stack[i] + SIZE)
            return true;
    return sp <= base_high && sp > base_high - SIZE;
}

static void on_signal(int sig)
{
    volatile char trash[2048];
    memset((void *)trash, 0xee, sizeof trash);
    if (!in_a_stack((uintptr_t)trash)) /* the kernel put its frame below the stack pointer */
        outside = (uintptr_t)trash;
    shaken = shaken * 1.5 + trash[7];
    signals = signals + 1;
}

/* A leaf but for the inline switch: the compiler may keep these below the stack pointer. */
static NOINLINE uint64_t leaf_that_switches(uint64_t seed, faden_context *from,
                                            const faden_context *to)
{
    volatile uint64_t word[LEAF];
    uint64_t sum = 0;
    for (int i = 0; i < LEAF; i++)
        word[i] = seed + (uint64_t)i;
    faden_context_switch_inline(from, to);
    for (int i = 0; i < LEAF; i++)
        sum += word[i] - seed;
    return sum;
}

static NOINLINE uint64_t leaf_that_yields(uint64_t seed)
{
    volatile uint64_t word[LEAF];
    uint64_t sum = 0;
    for (int i = 0; i < LEAF; i++)
        word[i] = seed + (uint64_t)i;
    if (faden_coro_self())
        faden_coro_yield(NULL);
    else
        faden_coro_resume(&coro, NULL);
    for (int i = 0; i < LEAF; i++)
        sum += word[i] - seed;
    return sum;
}

static void expect_sum(uint64_t sum, const char *where)
{
    EXPECT(sum == LEAF * (LEAF - 1) / 2, "the variables of a leaf function in %s", where);
}

static void out_of_line(void *arg)
{
    for (;;)
        faden_context_switch(&flow[0], &base);
}

static void inlined(void *arg)
{
    for (uint64_t seed = 6;; seed *= 7)
        expect_sum(leaf_that_switches(seed, &flow[1], &base), "a context");
}

static void *coroutine(void *arg)
{
    for (uint64_t seed = 7;; seed *= 7)
        expect_sum(leaf_that_yields(seed), "a coroutine");
    return arg;
}

static void every_us(unsigned us)
{
    struct itimerval often = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &often, NULL);
}

void conform_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old;
    uint64_t seed = 4, begin = conform_ms();
    base_high = (uintptr_t)__builtin_frame_address(0);
    faden_context_init(&flow[0], stack[0], SIZE, out_of_line, NULL);
    faden_context_init(&flow[1], stack[1], SIZE, inlined, NULL);
    EXPECT(faden_coro_init(&coro, stack[2], SIZE, coroutine, NULL) == 0, "init");
    sigaction(SIGALRM, &sa, &old);
    every_us(300);
    while (signals < ENOUGH && conform_ms() - begin < MOST_MS && !conform_failed()) {
        for (int i = 0; i < 200; i++) {
            faden_context_switch(&base, &flow[0]);
            expect_sum(leaf_that_switches(conform_random(&seed), &base, &flow[i & 1]), "main");
            expect_sum(leaf_that_yields(conform_random(&seed)), "main");
        }
        EXPECT(!outside, "a signal came with the stack pointer in no stack, near 0x%lx",
               (unsigned long)outside);
    }
    every_us(0);
    sigaction(SIGALRM, &old, NULL);
    EXPECT(signals > 0, "no signal came in %d ms", MOST_MS);
}
