/* SPDX-License-Identifier: MIT */
/* Nobody wakes early, those who sleep wake in the order of their times, in tasks and plain threads;
   times in the past do not wait. */
#include "../sync/test.h"

enum { SLEEPERS = 200 };

static int64_t due[SLEEPERS], first_due, last_due;
static int woken;
static bool late, disorder; /* late: somebody went to sleep after the first was due */

static void *sleeper(void *arg)
{
    intptr_t i = (intptr_t)arg;
    late |= faden_now() >= first_due;
    EQ(faden_sleep_until(due[i]), 0);
    EXPECT(faden_now() >= due[i]);
    disorder |= due[i] < last_due;
    last_due = due[i];
    woken++;
    return NULL;
}

static void in_order(uint64_t *seed)
{
    faden_scope s;
    first_due = faden_now() + 5 * FADEN_MSEC;
    faden_scope_open(&s);
    last_due = woken = 0;
    late = disorder = false;
    for (intptr_t i = 0; i < SLEEPERS; i++) {
        due[i] = first_due + below(seed, 20000) * FADEN_USEC;
        if (i % 16 == 0)
            due[i] = first_due - below(seed, 2000) * FADEN_SEC; /* it may be before we began */
    }
    for (intptr_t i = 0; i < SLEEPERS; i++)
        if (i % 16)
            EQ(faden_scope_spawn(&s, NULL, sleeper, (void *)i, NULL), 0);
    EQ(faden_scope_close(&s), 0);
    EXPECT(!disorder || late);
    EQ(woken, SLEEPERS - (SLEEPERS + 15) / 16);
    for (intptr_t i = 0; i < SLEEPERS; i += 16) {
        int64_t before = faden_now();
        EQ(faden_sleep_until(due[i]), 0);
        EXPECT(faden_now() - before < FADEN_SEC);
    }
}

static void spans(void)
{
    static const int64_t ns[] = {1,      100,     999,     1000,    50000,
                                 999999, 1000000, 1048576, 3000001, 70000000};
    for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
        int64_t t = faden_now();
        EQ(faden_sleep(ns[i]), 0);
        EXPECT(faden_now() - t >= ns[i]);
        EXPECT(faden_now() - t < ns[i] + 5 * FADEN_SEC);
        t = faden_now();
        EQ(faden_sleep_until(t + ns[i]), 0);
        EXPECT(faden_now() >= t + ns[i]);
    }
    EQ(faden_sleep(0), 0);
    EQ(faden_sleep(-1), 0);
    EQ(faden_sleep(INT64_MIN), 0);
    EQ(faden_sleep_until(0), 0);
    EQ(faden_sleep_until(-1), 0);
    EQ(faden_sleep_until(INT64_MIN), 0);
    int64_t a = faden_now(), b = faden_now();
    EXPECT(a > 0 && b >= a);
}

static int ran;

static void *note(void *arg)
{
    ran++;
    return arg;
}

static void *in_thread(void *arg)
{
    spans();
    return arg;
}

static int start(void *arg)
{
    uint64_t seed = 3;
    for (int i = 0; i < 3; i++)
        in_order(&seed);
    spans();
    pthread_t t = thread(in_thread, NULL);
    ran = 0;
    faden_task *u = spawn(note, NULL);
    for (int i = 0; i < 3; i++)
        EQ(faden_sleep(0), 0); /* is a yield */
    EQ(ran, 1);
    join(u);
    thread_end(t);
    return arg != NULL;
}

int main(void)
{
    limit_seconds(60);
    spans();
    run_both(start, NULL);
    return 0;
}
