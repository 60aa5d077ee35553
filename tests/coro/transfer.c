/* SPDX-License-Identifier: MIT */
/* Symmetric transfer: rings of 3 and of 1,000; from the base flow it is a resume; the one that is
   transferred to takes over the resumer; to oneself it gives the value at once. */
#include "check.h"

#include <faden/coro.h>

enum { MOST = 1000, SIZE = 8192 };

static faden_coro coro[MOST], outer;
static char stack[MOST][SIZE], outer_stack[SIZE];
static int ring, hops, wanted;

static void *in_ring(void *arg)
{
    int self = (int)(faden_coro_self() - coro);
    for (;;) {
        EXPECT((intptr_t)arg == hops && self == hops % ring, "hop %d came to %d", hops, self);
        EXPECT(faden_coro_self() == &coro[self], "self");
        if (hops == wanted)
            arg = faden_coro_yield((void *)(intptr_t)self);
        hops++;
        arg = faden_coro_transfer(&coro[(self + 1) % ring], (void *)(intptr_t)hops);
        EXPECT(faden_coro_state_of(&coro[self]) == FADEN_CORO_RUNNING, "running");
    }
    return NULL;
}

static void try_ring(int n, int rounds)
{
    ring = n;
    hops = 0;
    for (int i = 0; i < n; i++)
        EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, in_ring, NULL) == 0, "init");
    wanted = n * rounds + n / 2;
    void *last = faden_coro_transfer(&coro[0], (void *)0); /* not from a coroutine */
    EXPECT(last == (void *)(intptr_t)(n / 2) && hops == wanted, "after %d hops", hops);
    EXPECT(!faden_coro_self(), "the base flow");
    for (int i = 0; i < n; i++) {
        EXPECT(faden_coro_state_of(&coro[i]) == FADEN_CORO_SUSPENDED, "suspended");
        faden_coro_destroy(&coro[i]);
    }
}

static void *second(void *arg)
{
    EXPECT(arg == (void *)10, "what the first passed");
    EXPECT(faden_coro_state_of(&coro[0]) == FADEN_CORO_SUSPENDED, "who transfers is suspended");
    EXPECT(faden_coro_state_of(&outer) == FADEN_CORO_RESUMING, "the resumer waits");
    EXPECT(faden_coro_yield((void *)11) == (void *)12, "and again");
    return (void *)13;
}

static void *first(void *arg)
{
    EXPECT(arg == (void *)9, "the first value");
    EXPECT(faden_coro_transfer(&coro[0], (void *)5) == (void *)5, "to oneself");
    EXPECT(faden_coro_state_of(&coro[0]) == FADEN_CORO_RUNNING, "to oneself");
    EXPECT(faden_coro_transfer(&coro[1], (void *)10) == (void *)14, "resumed after all");
    return (void *)15;
}

static void *resumes_first(void *arg)
{
    EXPECT(faden_coro_resume(&coro[0], (void *)9) == (void *)11, "the second took over");
    EXPECT(faden_coro_self() == &outer, "self");
    faden_coro_yield(arg);
    EXPECT(faden_coro_state_of(&coro[1]) == FADEN_CORO_DONE, "the base flow ended the second");
    return faden_coro_resume(&coro[0], (void *)14);
}

static void take_over(void)
{
    EXPECT(faden_coro_init(&coro[0], stack[0], SIZE, first, NULL) == 0, "init");
    EXPECT(faden_coro_init(&coro[1], stack[1], SIZE, second, NULL) == 0, "init");
    EXPECT(faden_coro_init(&outer, outer_stack, SIZE, resumes_first, NULL) == 0, "init");
    EXPECT(faden_coro_resume(&outer, &outer) == &outer, "outer");
    EXPECT(faden_coro_resume(&coro[1], (void *)12) == (void *)13, "another resumer");
    EXPECT(faden_coro_resume(&outer, NULL) == (void *)15, "outer's end");
    EXPECT(faden_coro_state_of(&outer) == FADEN_CORO_DONE, "done");
    EXPECT(faden_coro_state_of(&coro[0]) == FADEN_CORO_DONE, "done");
}

int main(void)
{
    limit_seconds(20);
    try_ring(3, 20000);
    try_ring(MOST, 100);
    try_ring(1, 10);
    take_over();
    return 0;
}
