/* SPDX-License-Identifier: MIT */
/*
 * A million random steps of 300 coroutines against a model that says what each must see: resume,
 * yield, transfer, return, release and creation, nested to any depth, from recursions that keep a
 * checksum in each frame.
 */
#include "check.h"

#include <faden/coro.h>

enum { COROS = 300, SIZE = 16384, DEEPEST = 6 };
#ifdef __OPTIMIZE__
enum { STEPS = 1000000 };
#else
enum { STEPS = 200000 };
#endif

static faden_coro coro[COROS];
static char stack[COROS][SIZE];
static uint64_t seed = 77, passed;
static int left = STEPS, chain[COROS + 1], depth; /* the model: who resumed whom; -1 is the base */
static int made, ended;
static faden_coro_state state[COROS];

static void *body(void *first);

static uintptr_t next_value(void)
{
    return (uintptr_t)(passed = next_random(&seed));
}

static void make(int i)
{
    EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, body, NULL) == 0, "init");
    state[i] = FADEN_CORO_NEW;
    made++;
}

static void expect_here(int self, void *got)
{
    EXPECT((uintptr_t)got == (uintptr_t)passed, "coroutine %d got another value", self);
    EXPECT(chain[depth] == self, "coroutine %d goes on instead of %d", self, chain[depth]);
    EXPECT(faden_coro_self() == (self < 0 ? NULL : &coro[self]), "self");
    if (self >= 0) {
        state[self] = FADEN_CORO_RUNNING;
        EXPECT(faden_coro_state_of(&coro[self]) == FADEN_CORO_RUNNING, "state of %d", self);
    }
}

/* One that can be gone on with, or -1. */
static int pick_other(void)
{
    for (int tries = 0; tries < 20; tries++) {
        int i = (int)(next_random(&seed) % COROS);
        EXPECT(faden_coro_state_of(&coro[i]) == state[i], "state of %d: %d and not %d", i,
               faden_coro_state_of(&coro[i]), state[i]);
        if (state[i] == FADEN_CORO_DONE || (state[i] <= FADEN_CORO_SUSPENDED &&
                                            next_random(&seed) % 64 == 0)) {
            faden_coro_destroy(&coro[i]);
            make(i);
        }
        if (state[i] <= FADEN_CORO_SUSPENDED)
            return i;
    }
    return -1;
}

static void resume(int self, int other)
{
    if (self >= 0)
        state[self] = FADEN_CORO_RESUMING;
    chain[++depth] = other;
    expect_here(self, faden_coro_resume(&coro[other], (void *)next_value()));
}

static void transfer(int self, int other)
{
    state[self] = FADEN_CORO_SUSPENDED;
    chain[depth] = other;
    expect_here(self, faden_coro_transfer(&coro[other], (void *)next_value()));
}

static void yield(int self)
{
    state[self] = FADEN_CORO_SUSPENDED;
    depth--;
    expect_here(self, faden_coro_yield((void *)next_value()));
}

static void step(int self)
{
    int other = left-- > 0 ? pick_other() : -1;
    unsigned what = next_random(&seed) % 4;
    if (other >= 0 && (self < 0 || (what == 0 && depth < COROS)))
        resume(self, other);
    else if (other >= 0 && what == 1)
        transfer(self, other);
    else if (self >= 0)
        yield(self);
}

static NOINLINE void recurse(int self, int deeper)
{
    uint64_t word[5], sum = 0;
    for (int i = 0; i < 5; i++)
        sum += (word[i] = next_random(&seed));
    step(self);
    if (deeper)
        recurse(self, deeper - 1);
    step(self);
    for (int i = 0; i < 5; i++)
        sum -= word[i];
    EXPECT(sum == 0, "a frame of coroutine %d changed", self);
}

static void *body(void *first)
{
    int self = chain[depth];
    expect_here(self, first);
    for (unsigned n = next_random(&seed) % 20; n; n--)
        recurse(self, (int)(next_random(&seed) % DEEPEST));
    ended++;
    state[self] = FADEN_CORO_DONE;
    depth--;
    return (void *)next_value();
}

int main(void)
{
    limit_seconds(60);
    chain[0] = -1;
    for (int i = 0; i < COROS; i++)
        make(i);
    while (left > 0)
        step(-1);
    EXPECT(depth == 0, "not the base flow");
    EXPECT(made > 1000 && ended > 1000, "%d made, %d ended", made, ended);
    return 0;
}
