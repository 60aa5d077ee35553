/* SPDX-License-Identifier: MIT */
/*
 * The program has promised to leave the floating-point control state alone (faden_fp_control_fix),
 * but where it is set back before the next switch. A task that is preempted in such a place finds
 * its own state again, and the others the promised one, whatever faden__preempted needs itself.
 */
#include "test.h"

#include <fenv.h>

enum { ROUNDS = 20 };

static uint64_t turns;
static bool stop;

static void *expects_promised(void *arg)
{
    while (!LOAD(stop)) {
        EQUAL(fegetround(), FE_UPWARD);
        ADD(turns, 1);
        faden_yield();
    }
    return arg;
}

static void wait_for_turn(int mode)
{
    uint64_t before = LOAD(turns);
    while (LOAD(turns) == before)
        ;
    EQUAL(fegetround(), mode);
}

static void *has_another(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        fesetround(FE_DOWNWARD);
        wait_for_turn(FE_DOWNWARD);
        fesetround(FE_UPWARD);
        wait_for_turn(FE_UPWARD);
    }
    return arg;
}

static int start(void *arg)
{
    faden_task *other, *t;
    fesetround(FE_UPWARD);
    faden_fp_control_fix(true);
    other = spawn(expects_promised, arg);
    t = spawn_preemptible(has_another, arg);
    join(t);
    STORE(stop, true);
    join(other);
    EQUAL(fegetround(), FE_UPWARD);
    faden_fp_control_fix(false);
    fesetround(FE_TONEAREST);
    return 0;
}

int main(void)
{
    require_preemption();
    limit_seconds(60);
    run_as(start, NULL, slices(SLICE));
    return 0;
}
