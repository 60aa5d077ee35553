/* SPDX-License-Identifier: MIT */
/* Each coroutine has its floating-point control state, through resume, yield, transfer and return;
   a new one starts with its creator's, whoever resumes it first. */
#include <fenv.h>
#include <float.h>
#include <float.h>

#include "check.h"

#include <faden/coro.h>

enum { COROS = 8, SIZE = 16384 };

static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
static faden_coro coro[COROS];
static char stack[COROS][SIZE];
static int created_in[COROS];
static volatile double one = 1, three = 3;

/* Both what the environment says and what arithmetic does. */
static NOINLINE void expect_mode(int mode, const char *where)
{
    volatile double third = one / three; /* rounded now, not where it is looked at */
    double want = mode == FE_UPWARD ? 0x1.5555555555556p-2 : 0x1.5555555555555p-2;
    long double x = (long double)one / three, up = 0xa.aaaaaaaaaaaaaabp-5L;
    int now = fegetround();
    fesetround(FE_TONEAREST);
    EXPECT(now == mode, "%s: mode %d instead of %d", where, now, mode);
    EXPECT(third == want, "%s: 1/3 = %a", where, third);
    if (LDBL_MANT_DIG == 64)
        EXPECT((x == up) == (mode == FE_UPWARD || mode == FE_TONEAREST), "%s: %La", where, x);
    fesetround(mode);
}

static void *body(void *arg)
{
    int self = (int)(faden_coro_self() - coro), mode = modes[(self + 1) % 4];
    expect_mode(created_in[self], "at the start");
    for (int i = 0; i < 40; i++) {
        fesetround(mode);
        if (i % 3 == 2)
            faden_coro_transfer(&coro[(self + COROS / 2) % COROS], arg);
        else
            faden_coro_yield(arg);
        expect_mode(mode, "in a coroutine");
        mode = modes[(self + i) % 4];
    }
    fesetround(mode);
    return arg;
}

int main(void)
{
    uint64_t seed = 21;
    int ended = 0;
    NOT_UNDER_VALGRIND("its long double is a double");
    limit_seconds(20);
    for (int i = 0; i < COROS; i++) {
        created_in[i] = modes[i % 4];
        fesetround(created_in[i]);
        EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, body, NULL) == 0, "init");
    }
    while (ended < COROS) {
        uint64_t r = next_random(&seed);
        faden_coro *c = &coro[r % COROS], *twin = &coro[(r + COROS / 2) % COROS];
        int mode = modes[r >> 32 & 3];
        if (faden_coro_state_of(c) == FADEN_CORO_DONE ||
            faden_coro_state_of(twin) == FADEN_CORO_DONE)
            break; /* its twin would transfer to it */
        fesetround(mode);
        faden_coro_resume(c, NULL);
        expect_mode(mode, "in the base flow");
        ended += faden_coro_state_of(c) == FADEN_CORO_DONE;
    }
    EXPECT(ended, "none came to its end");
    return 0;
}
