/* SPDX-License-Identifier: MIT */
/*
 * Signals at a high rate, their handlers on the stack that runs at the moment: the stack pointer
 * is inside a valid stack each time, and no byte of a red zone is lost, of leaf functions and of
 * functions that switch inline. The handler uses much stack, and the floating-point unit.
 */
#define _GNU_SOURCE
#include <time.h>
#include <ucontext.h>

#include "check.h"
#include "isa.h"

#include <faden/coro.h>

enum { FLOWS = 3, SIZE = 131072, SECONDS = 1, ENOUGH = 500, LEAF = 12 };

static char stack[FLOWS][SIZE];
static uintptr_t base_high;
static volatile unsigned signals;
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

static void on_signal(int sig, siginfo_t *info, void *context)
{
    volatile char trash[2048];
    uintptr_t sp = ISA_SP((ucontext_t *)context);
    memset((void *)trash, 0xee, sizeof trash);
    EXPECT(in_a_stack(sp), "the stack pointer %#lx", (unsigned long)sp);
    shaken = shaken * 1.5 + trash[7];
    signals = signals + 1;
}

/* What isa_red_zone computes, in memory of its own. */
static uint64_t red_zone_in_memory(uint64_t seed, uint64_t n)
{
    uint64_t word[isa_red_zone_words + 1], sum = 0;
    for (int k = 1; k <= isa_red_zone_words; k++)
        word[k] = seed + (uint64_t)k;
    while (n--) {
        sum = word[isa_red_zone_words];
        for (int k = isa_red_zone_words - 1; k; k--) {
            sum += word[k];
            sum = sum << 7 | sum >> 57;
            word[k] = sum;
        }
        word[isa_red_zone_words] = sum;
    }
    return sum;
}

/* A leaf but for the inline switch: the compiler may keep these in the red zone. */
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

static void use_red_zone(uint64_t *seed)
{
    uint64_t s = next_random(seed), n = 1 + s % 50;
    uint64_t got = isa_red_zone(s, n), want = red_zone_in_memory(s, n);
    EXPECT(got == want, "a red zone was overwritten");
}

static void out_of_line(void *arg)
{
    for (uint64_t seed = 5;; use_red_zone(&seed))
        faden_context_switch(&flow[0], &base);
}

static void inlined(void *arg)
{
    for (uint64_t seed = 6;; use_red_zone(&seed))
        EXPECT(leaf_that_switches(seed, &flow[1], &base) == LEAF * (LEAF - 1) / 2, "context leaf");
}

static void *coroutine(void *arg)
{
    for (uint64_t seed = 7;; use_red_zone(&seed))
        EXPECT(leaf_that_yields(seed) == LEAF * (LEAF - 1) / 2, "coroutine leaf");
    return arg;
}

static void start_timer(void)
{
    struct sigaction sa = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec often = {{0, 23000}, {0, 23000}};
    timer_t timer;
    sigaction(SIGUSR1, &sa, NULL);
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, "%s", strerror(errno));
    EXPECT(timer_settime(timer, 0, &often, NULL) == 0, "%s", strerror(errno));
}

int main(void)
{
    uint64_t seed = 4;
    NOT_UNDER_VALGRIND("its timers are not the program's");
    alarm(60);
    base_high = (uintptr_t)__builtin_frame_address(0);
    faden_context_init(&flow[0], stack[0], SIZE, out_of_line, NULL);
    faden_context_init(&flow[1], stack[1], SIZE, inlined, NULL);
    EXPECT(faden_coro_init(&coro, stack[2], SIZE, coroutine, NULL) == 0, "init");
    start_timer();
    time_t end = time(NULL) + SECONDS;
    while (time(NULL) <= end || signals < ENOUGH) {
        for (int i = 0; i < 200; i++) {
            faden_context_switch(&base, &flow[0]);
            EXPECT(leaf_that_switches(seed, &base, &flow[i & 1]) == LEAF * (LEAF - 1) / 2, "leaf");
            EXPECT(leaf_that_yields(seed) == LEAF * (LEAF - 1) / 2, "leaf of the base flow");
            use_red_zone(&seed);
        }
    }
    signal(SIGUSR1, SIG_IGN); /* what runs above main is none of our stacks */
    return 0;
}
