/* SPDX-License-Identifier: MIT */
/* A ticker ticks at start + n periods, without drift; what was missed is counted, not repeated. */
#include "../sync/test.h"

#define PERIOD (2 * FADEN_MSEC)

static void busy_until(int64_t t)
{
    while (faden_now() < t)
        ;
}

/* From the middle of two ticks, over three of them, to the middle of two again: were the machine
   not so slow that we come to the wrong place, tried again, later with longer periods. */
static void missed(void)
{
    for (int tries = 0; tries < 50; tries++) {
        int64_t period = PERIOD << tries / 10;
        faden_ticker t;
        faden_ticker_init(&t, period);
        int64_t next = t.next;
        if (faden_ticker_wait(&t) != 0)
            continue;
        busy_until(next + 3 * period + period / 2); /* ticks 1 and 2 are over, the third is late */
        if (faden_now() > next + 4 * period)
            continue;
        int gone_by = faden_ticker_wait(&t);
        if (faden_now() > next + 4 * period)
            continue;
        EQ(gone_by, 2);
        EQ(t.next, next + 4 * period);
        gone_by = faden_ticker_wait(&t);
        EXPECT(faden_now() >= next + 4 * period);
        if (faden_now() > next + 5 * period)
            continue;
        EQ(gone_by, 0);
        return;
    }
    fputs("the machine is too busy for a tick of 32 ms\n", stderr);
    exit(77);
}

static void no_drift(void)
{
    faden_ticker t;
    faden_ticker_init(&t, PERIOD);
    int64_t first = t.next, ticks = 0;
    for (int i = 0; i < 50; i++) {
        int m = faden_ticker_wait(&t);
        EXPECT(m >= 0);
        EXPECT(faden_now() >= first + (ticks + m) * PERIOD); /* never early */
        ticks += m + 1;
        EQ(t.next, first + ticks * PERIOD);
        if (i % 8 == 0)
            busy_until(faden_now() + PERIOD / 3);
    }
}

static int waits_again; /* the timeout has come: cancel it now, however long that took */

static void *cancelled(void *arg)
{
    faden_ticker t;
    faden_timeout limit;
    faden_ticker_init(&t, FADEN_SEC);
    faden_timeout_begin(&limit, FADEN_MSEC);
    EQ(faden_ticker_wait(&t), -ETIMEDOUT);
    EQ(faden_timeout_end(&limit), -ETIMEDOUT);
    __atomic_store_n(&waits_again, 1, __ATOMIC_RELAXED);
    return gives(faden_ticker_wait(&t) + (arg != NULL));
}

static void far(void)
{
    faden_ticker t;
    faden_timeout limit;
    faden_ticker_init(&t, FADEN_FOREVER);
    EQ(t.next, FADEN_FOREVER);
    faden_timeout_begin(&limit, FADEN_MSEC);
    EQ(faden_ticker_wait(&t), -ETIMEDOUT);
    EQ(faden_timeout_end(&limit), -ETIMEDOUT);
    faden_ticker_init(&t, 1); /* a nanosecond: most are missed */
    faden_sleep(FADEN_MSEC);
    EXPECT(faden_ticker_wait(&t) >= 900000);
    t.next = 1;
    EQ(faden_ticker_wait(&t), INT32_MAX); /* as many as there is a number for */
}

static int period_zero(void *arg)
{
    faden_ticker t;
    (void)arg;
    faden_ticker_init(&t, 0);
    return 0;
}

static int period_negative(void *arg)
{
    faden_ticker t;
    (void)arg;
    faden_ticker_init(&t, INT64_MIN);
    return 0;
}

static int start(void *arg)
{
    waits_again = 0;
    no_drift();
    missed();
    far();
    faden_task *t = spawn(cancelled, arg);
    while (!__atomic_load_n(&waits_again, __ATOMIC_RELAXED))
        EQ(faden_sleep(FADEN_MSEC), 0);
    faden_cancel(t);
    EQ(join(t), -ECANCELED);
    return 0;
}

static void *in_thread(void *arg)
{
    no_drift();
    missed();
    return arg;
}

int main(void)
{
    limit_seconds(60);
    expect_panic(period_zero, "faden: faden_ticker_init: a period of 0 ns; it must be positive");
    expect_panic(period_negative, "faden: faden_ticker_init: a period of -9223372036854775808 ns");
    run_both(start, NULL);
    thread_end(thread(in_thread, NULL));
    return 0;
}
