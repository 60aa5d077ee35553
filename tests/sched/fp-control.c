/* SPDX-License-Identifier: MIT */
/* The floating-point control state: the creator's at first, then each task its own. */
#include "test.h"

#include <fenv.h>

static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
static volatile double one = 1, three = 3;

/* A third, as rounded in the current mode: the mode is really in force. */
static double third(void)
{
    volatile double x = one / three; /* as a double, not as a wider register */
    return x;
}

static double third_in[4];

static void expect_mode(int i, const char *when)
{
    EXPECT(fegetround() == modes[i] && third() == third_in[i], "mode %d, not %d, %s", fegetround(),
           modes[i], when);
}

static void *keeps(void *arg)
{
    int i = (int)(intptr_t)arg;
    expect_mode(i, "at the beginning: the creator's");
    i = (i + 1) % 4;
    fesetround(modes[i]);
    faden_yield();
    expect_mode(i, "after a yield");
    EQUAL(faden_sleep(1), 0);
    expect_mode(i, "after a wait");
    return NULL;
}

static int all(void *arg)
{
    expect_mode(0, "in main");
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 8; i++) {
            fesetround(modes[i % 4]);
            go(keeps, (void *)(intptr_t)(i % 4));
        }
        fesetround(modes[2]);
        yield_times(round % 7);
        expect_mode(2, "in main, after yields");
        faden_sleep(FADEN_USEC);
        expect_mode(2, "in main, after a wait");
    }
    fesetround(modes[0]);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind rounding modes do nothing");
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i]);
        third_in[i] = third();
    }
    EXPECT(third_in[1] < third_in[2], "rounding modes do nothing here");
    fesetround(modes[0]);
    run_both(all, NULL);
    expect_mode(0, "after the run");
    return 0;
}
