/* SPDX-License-Identifier: MIT */
/*
 * The timers of a cpu against a model, in a time of its own: random times near and far, in the past
 * and at the end of time, taken off again at random, while the clock moves in steps of every size.
 */
#include "../sync/test.h"

#include "base/wheel.h"

enum { TIMERS = 400, STEPS = 20000 };

static struct wheel wheel;
static struct wheel_block blocks[TIMERS + 1]; /* each slot may want one */
static struct faden__timer timers[TIMERS];
static bool armed[TIMERS];
static int64_t now;

/* Up to `bits` bits: as many small ones as large ones. */
static int64_t random_span(uint64_t *seed, uint32_t bits)
{
    uint64_t all =
        (uint64_t)random_of(seed) << 32 ^ (uint64_t)random_of(seed) << 8 ^ random_of(seed);
    return (int64_t)(all >> (63 - below(seed, bits)) >> 1);
}

static void new_wheel(void)
{
    memset(&wheel, 0, sizeof wheel);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        wheel_give(&wheel, &blocks[i]);
}

static int64_t earliest(void)
{
    int64_t first = FADEN_FOREVER;
    for (int i = 0; i < TIMERS; i++)
        if (armed[i] && timers[i].when < first)
            first = timers[i].when;
    return first;
}

static void arm(int i, uint64_t *seed)
{
    int64_t span = random_span(seed, 63);
    timers[i].when = span > FADEN_FOREVER - 1 - now ? FADEN_FOREVER - 1 : now + span;
    if (below(seed, 16) == 0)
        timers[i].when = now - random_span(seed, 40);
    if (below(seed, 8) == 0) /* on the edge of a slot */
        timers[i].when &= -((int64_t)1 << (WHEEL_TICK + WHEEL_BITS * below(seed, 4)));
    wheel_insert(&wheel, &timers[i]);
    armed[i] = true;
}

static void disarm(int i)
{
    wheel_remove(&wheel, &timers[i]);
    EXPECT(!timers[i].heap);
    armed[i] = false;
}

/* All that is due comes, in order, and nothing else. */
static void fire(void)
{
    int64_t last = INT64_MIN;
    struct faden__timer *t;
    while ((t = wheel_take_due(&wheel, now))) {
        EXPECT(armed[t - timers] && t->when <= now);
        EXPECT(t->when == earliest() && t->when >= last);
        EXPECT(!t->heap);
        last = t->when;
        armed[t - timers] = false;
    }
    EXPECT(earliest() > now);
}

static void move_clock(uint64_t *seed)
{
    int64_t next = earliest();
    EXPECT(wheel_next_time(&wheel) <= next); /* who sleeps until then is not late */
    if (below(seed, 3) == 0 && next != FADEN_FOREVER)
        now = next > now ? next - (int64_t)below(seed, 2) : now;
    else
        now += random_span(seed, below(seed, 40) + 1);
    if (now < 0 || now > (int64_t)1 << 61)
        now = (int64_t)1 << 61;
}

static void once(uint64_t seed)
{
    new_wheel();
    memset(armed, 0, sizeof armed);
    now = random_span(&seed, 55);
    for (int n = 0; n < STEPS; n++) {
        int i = (int)below(&seed, TIMERS);
        uint64_t count = 0;
        if (!armed[i])
            arm(i, &seed);
        else if (below(&seed, 2))
            disarm(i);
        if (below(&seed, 8))
            continue;
        move_clock(&seed);
        fire();
        for (int k = 0; k < TIMERS; k++)
            count += armed[k];
        EQ(wheel.count, count);
    }
}

/* From arming to firing, a sleeper that waits for the next time each time looks only a few times.
 */
static void looks(void)
{
    for (int bits = 0; bits < 60; bits++) {
        int n = 0;
        new_wheel();
        now = 123456789012345;
        wheel.tick = now >> WHEEL_TICK;
        timers[0].when = now + ((int64_t)1 << bits) + 12345;
        wheel_insert(&wheel, &timers[0]);
        while (!wheel_take_due(&wheel, now)) {
            now = wheel_next_time(&wheel);
            n++;
        }
        EQ(now, timers[0].when);
        EXPECT(n <= WHEEL_LEVELS + 1 + (bits > 58));
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t last = argc > 1 ? seed : (uint64_t)rounds(20);
    limit_seconds(60);
    for (; seed <= last; seed++) {
        test_seed = seed;
        once(seed);
    }
    looks();
    return 0;
}
