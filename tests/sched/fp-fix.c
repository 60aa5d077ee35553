/* SPDX-License-Identifier: MIT */
/*
 * The program promises to leave the floating-point control state alone (faden_fp_control_fix): all
 * tasks and coroutines have the promised one, those too that were suspended meanwhile and go on
 * when the promise has ended. A checked build notices who breaks it, where a state is not 0.
 */
#include "test.h"

#include <fenv.h>

#include <faden/chan.h>

#include "frame.h"

enum { TASKS = 12 };

static faden_chan *chan;
static int promised, running;

static void expect_promised(const char *when)
{
    EXPECT(fegetround() == promised, "mode %d, not the promised %d, %s", fegetround(), promised,
           when);
}

/* What is suspended here keeps its own state and finds it again. */
static void *coroutine(void *arg)
{
    expect_promised("in a coroutine");
    faden_yield();
    expect_promised("in a coroutine, after a yield");
    arg = faden_coro_yield(arg);
    expect_promised("in a coroutine that was suspended");
    return arg;
}

static void *task(void *arg)
{
    long value = 0;
    faden_coro *c;
    expect_promised("at the beginning");
    EQUAL(faden_coro_new(&c, coroutine, NULL), 0);
    faden_coro_resume(c, NULL);
    for (int i = 0; i < 20; i++) {
        faden_yield();
        expect_promised("after a yield");
        if ((intptr_t)arg & 1)
            EQUAL(faden_chan_send(chan, &value), 0);
        else
            EQUAL(faden_chan_recv(chan, &value), 0);
        expect_promised("after a wait");
        EQUAL(faden_sleep(1), 0);
        expect_promised("after a sleep");
    }
    running--;
    EQUAL(faden_sleep(FADEN_MSEC), 0); /* the promise has ended, and main has another mode */
    expect_promised("after the end of the promise");
    faden_coro_resume(c, NULL);
    faden_coro_delete(c);
    return arg;
}

static int all(void *arg)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_TOWARDZERO};
    EQUAL(faden_chan_new(&chan, sizeof(long), 0), 0);
    for (int i = 0; i < 3; i++) {
        faden_task *t[TASKS];
        fesetround(promised = modes[i]);
        faden_fp_control_fix(true);
        running = TASKS;
        for (int k = 0; k < TASKS; k++)
            t[k] = spawn(task, (void *)(intptr_t)k);
        while (running)
            faden_yield();
        expect_promised("in main");
        faden_fp_control_fix(false);
        fesetround(FE_DOWNWARD);
        for (int k = 0; k < TASKS; k++)
            join(t[k]);
        EQUAL(fegetround(), FE_DOWNWARD);
    }
    fesetround(FE_TONEAREST);
    faden_chan_delete(chan);
    return 0;
}

#ifdef FADEN_CHECKED
static int breaks_it(void *arg)
{
    faden_fp_control_fix(true);
    fesetround(FE_UPWARD);
    EQUAL(faden_sleep(1), 0);
    return 0;
}

static void *coroutine_breaks_it(void *arg)
{
    fesetround(FE_UPWARD);
    return faden_coro_yield(arg);
}

static int breaks_it_in_coroutine(void *arg)
{
    faden_coro *c;
    EQUAL(faden_coro_new(&c, coroutine_breaks_it, NULL), 0);
    faden_fp_control_fix(true);
    faden_coro_resume(c, NULL);
    return 0;
}
#endif

int main(void)
{
    limit_seconds(20);
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind rounding modes do nothing");
    run_both(all, NULL);
#ifdef FADEN_CHECKED
    if (arch_fp_control()) { /* 0 says that nothing is promised */
        EXPECT_PANIC(breaks_it, "faden_fp_control_fix");
        EXPECT_PANIC(breaks_it_in_coroutine, "faden_fp_control_fix");
    }
#endif
    return 0;
}
