/* SPDX-License-Identifier: MIT */
/*
 * Timers: in order, never early, of all sizes; a million armed and disarmed in random order
 * against a model; times in the past and at the end of time.
 */
#include "test.h"

#include "base/heap.h"

enum { MANY = 1000000, SLEEPERS = 300 };

static uint64_t seed = 5;

/* ---- the heap ---------------------------------------------------------------------------- */

static struct faden__timer *timers;
static uint32_t *left; /* indices of the armed ones, and where each lies among them */
static uint32_t *place;

static void heap_against_model(int64_t range)
{
    struct heap h = {.first = NULL};
    uint32_t n = 0;
    int64_t last = INT64_MIN;
    for (uint32_t i = 0; i < MANY; i++) {
        timers[i].when = (int64_t)(random_of(&seed) % (uint64_t)range);
        heap_insert(&h, &timers[i]);
        left[n] = i;
        place[i] = n++;
        if (random_of(&seed) % 3 == 0) { /* take any one out */
            uint32_t at = random_of(&seed) % n, out = left[at];
            EXPECT(timers[out].heap == &h, "an armed one is not in the heap");
            heap_remove(&h, &timers[out]);
            EXPECT(!timers[out].heap, "it is still in the heap");
            left[at] = left[--n];
            place[left[at]] = at;
        }
    }
    while (n) {
        struct faden__timer *t = h.first;
        uint32_t at = place[t - timers];
        EXPECT(t->when >= last, "%lld after %lld", (long long)t->when, (long long)last);
        EXPECT(at < n && left[at] == (uint32_t)(t - timers), "one that was taken out");
        last = t->when;
        heap_remove(&h, t);
        left[at] = left[--n];
        place[left[at]] = at;
        if (n && random_of(&seed) % 2) {
            at = random_of(&seed) % n;
            heap_remove(&h, &timers[left[at]]);
            left[at] = left[--n];
            place[left[at]] = at;
        }
    }
    EXPECT(!h.first, "something is left");
}

/* ---- sleeping ---------------------------------------------------------------------------- */

static int64_t last_due;
static int asleep, woken;
static bool ordered; /* none woke after one that was due later */

static void *sleeper(void *arg)
{
    int64_t due = *(int64_t *)arg;
    asleep++;
    EQUAL(faden_sleep_until(due), 0);
    int64_t now = faden_now();
    EXPECT(now >= due, "%lld ns early", (long long)(due - now));
    ordered &= due >= last_due;
    last_due = due;
    woken++;
    return NULL;
}

/* They wake in order if all of them slept before the first was due: false if not. */
static bool sleep_for(int64_t at_least)
{
    static int64_t due[SLEEPERS];
    faden_scope s;
    int64_t now = faden_now();
    last_due = asleep = woken = 0;
    ordered = true;
    faden_scope_open(&s);
    for (int i = 0; i < SLEEPERS; i++) {
        due[i] = now + at_least + random_of(&seed) % 50 * FADEN_MSEC;
        scope_go(&s, sleeper, &due[i]);
    }
    while (asleep < SLEEPERS)
        faden_yield();
    bool in_time = faden_now() < now + at_least;
    EQUAL(faden_scope_close(&s), 0);
    EQUAL(woken, SLEEPERS);
    EXPECT(ordered || !in_time, "after one that was due later");
    return in_time;
}

static void in_order(void)
{
    for (int64_t t = 20 * FADEN_MSEC; !sleep_for(t); t *= 2) /* others had the processor */
        ;
}

static void past_and_future(void)
{
    static const int64_t past[] = {0, 1, -1, INT64_MIN};
    faden_timeout t;
    int64_t before = faden_now();
    for (int i = 0; i < 4; i++) {
        EQUAL(faden_sleep_until(past[i]), 0);
        EQUAL(faden_sleep(past[i] > 0 ? 0 : past[i]), 0);
    }
    EXPECT(faden_now() - before < 20 * FADEN_SEC, "a time in the past was waited for");
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_sleep(FADEN_FOREVER), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_sleep(FADEN_FOREVER - 1), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_sleep_until(FADEN_FOREVER), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
}

static void *spins(void *stop)
{
    while (!*(bool *)stop)
        faden_yield();
    return NULL;
}

/* Timers fire in time while tasks are always ready: in the time that this thread had the processor,
   which others may have for long. */
static void while_busy(void)
{
    bool stop = false;
    for (int i = 0; i < 10; i++)
        go(spins, &stop);
    for (int i = 0; i < 20; i++) {
        int64_t before = faden_now(), used = cpu_time();
        EQUAL(faden_sleep(FADEN_MSEC), 0);
        int64_t late = cpu_time() - used - FADEN_MSEC;
        EXPECT(faden_now() - before >= FADEN_MSEC, "early");
        EXPECT(late < 50 * FADEN_MSEC, "%lld ns late", (long long)late);
    }
    stop = true;
    yield_times(2);
}

static void cancelled_leave_nothing(void)
{
    faden_timeout t;
    faden_stats s;
    for (int i = 0; i < 100000; i++) {
        faden_timeout_begin(&t, FADEN_SEC + i);
        faden_timeout_end(&t);
    }
    EQUAL(faden_stats_get(&s), 0);
    EQUAL(s.timers, 0);
}

static void tickers(void)
{
    faden_ticker t;
    int64_t begun = faden_now(), period = 5 * FADEN_MSEC;
    faden_ticker_init(&t, period);
    int64_t first = t.next;
    int ticks = 0;
    while (ticks < 10) {
        int missed = faden_ticker_wait(&t);
        EXPECT(missed >= 0, "%d", missed);
        ticks += 1 + missed;
        int64_t at = faden_now() - begun;
        EXPECT(at >= ticks * period, "tick %d is early", ticks);
        EQUAL(t.next, first + ticks * period); /* it does not drift, however late we are */
    }
    /* so long away: all missed but the last, which comes at once */
    faden_ticker_init(&t, period);
    first = t.next;
    while (faden_now() - first < 9 * period + 2 * FADEN_MSEC)
        ;
    int missed = faden_ticker_wait(&t);
    EXPECT(missed >= 9 && missed <= (faden_now() - first) / period, "%d missed", missed);
    EQUAL(t.next, first + (missed + 1) * period);
    faden_ticker_init(&t, FADEN_FOREVER);
    faden_timeout timeout;
    faden_timeout_begin(&timeout, FADEN_MSEC);
    EQUAL(faden_ticker_wait(&t), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&timeout), -ETIMEDOUT);
}

static int all(void *arg)
{
    in_order();
    past_and_future();
    while_busy();
    cancelled_leave_nothing();
    tickers();
    return 0;
}

int main(void)
{
    limit_seconds(50);
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind times say little");
    timers = calloc(MANY, sizeof *timers);
    left = calloc(MANY, sizeof *left);
    place = calloc(MANY, sizeof *place);
    EXPECT(timers && left && place, "no memory");
    heap_against_model(1ll << 40);
    heap_against_model(100); /* many are equal */
    run_both(all, NULL);
    int64_t before = faden_now(); /* a plain thread too */
    EQUAL(faden_sleep(2 * FADEN_MSEC), 0);
    EXPECT(faden_now() - before >= 2 * FADEN_MSEC, "early");
    EQUAL(faden_sleep(-1), 0);
    return 0;
}
