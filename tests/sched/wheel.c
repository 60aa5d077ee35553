/* SPDX-License-Identifier: MIT */
/*
 * The timers of a cpu against a model: armed and disarmed in random order while the clock jumps by
 * random steps, from nanoseconds to years. All that are due come, in order, never early; the time
 * to look next is never too late, and following it costs few looks.
 */
#include "test.h"

#include "base/wheel.h"

enum { TIMERS = 2000, STEPS = 20000 };

static struct faden__timer timers[TIMERS];
static bool armed[TIMERS];
static struct wheel wheel;
static struct wheel_block blocks[600];
static int64_t now, earliest;
static uint64_t seed, count;

static int64_t random_span(void)
{
    uint64_t wide = (uint64_t)random_of(&seed) << 31 | random_of(&seed);
    return (int64_t)(wide >> (random_of(&seed) % 62));
}

static void find_earliest(void)
{
    earliest = FADEN_FOREVER;
    for (int i = 0; i < TIMERS; i++)
        if (armed[i] && timers[i].when < earliest)
            earliest = timers[i].when;
}

static void look(void)
{
    struct faden__timer *t;
    int64_t last = INT64_MIN;
    while ((t = wheel_take_due(&wheel, now))) {
        EXPECT(armed[t - timers], "one that is not armed");
        EXPECT(t->when <= now, "%lld ns early", (long long)(t->when - now));
        EXPECT(t->when >= last, "not in order");
        EXPECT(!t->heap, "it counts as armed");
        last = t->when;
        armed[t - timers] = false;
        count--;
    }
    find_earliest();
    EXPECT(earliest > now, "one that is %lld ns late did not come", (long long)(now - earliest));
    EQUAL(wheel.count, count);
    EXPECT(wheel_next_time(&wheel) <= earliest, "the next look is %lld ns too late",
           (long long)(wheel_next_time(&wheel) - earliest));
}

static void change(void)
{
    int i = (int)(random_of(&seed) % TIMERS);
    if (armed[i]) {
        wheel_remove(&wheel, &timers[i]);
        EXPECT(!timers[i].heap, "it counts as armed");
        count--;
    } else {
        int64_t span = random_span();
        timers[i].when = span > FADEN_FOREVER - now ? FADEN_FOREVER : now + span;
        if (random_of(&seed) % 10 == 0)
            timers[i].when = now - span;
        if (random_of(&seed) % 500 == 0)
            timers[i].when = FADEN_FOREVER - 1 - random_of(&seed) % 3;
        wheel_insert(&wheel, &timers[i]);
        count++;
    }
    armed[i] = !armed[i];
}

/* From look to look as a cpu does, until the earliest is due. */
static void follow(void)
{
    int64_t goal = earliest;
    int looks = 0;
    while (now < goal && goal < FADEN_FOREVER / 2) {
        int64_t next = wheel_next_time(&wheel);
        EXPECT(next > now, "it is time to look again at once");
        now = next;
        look();
        EXPECT(++looks < 200, "%d looks for one timer", looks);
    }
}

static void one_world(uint64_t s)
{
    memset(&wheel, 0, sizeof wheel);
    memset(armed, 0, sizeof armed);
    seed = test_seed = s;
    count = 0;
    now = 1 + random_span() / 1000;
    wheel.tick = now >> WHEEL_TICK;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        wheel_give(&wheel, &blocks[i]);
    for (int i = 0; i < STEPS / 10; i++) {
        for (unsigned n = random_of(&seed) % 20; n; n--)
            change();
        unsigned what = random_of(&seed) % 8;
        if (now > FADEN_FOREVER / 4)
            break; /* three generations */
        if (what < 3) {
            now += random_span() >> 20;
            look();
        } else if (what == 3) {
            now += random_span() >> 10;
            look();
        } else if (what < 7) {
            look();
            follow();
        } else {
            look();
            now = earliest < FADEN_FOREVER / 2 ? earliest : now + 1;
            look();
        }
    }
}

int main(void)
{
    limit_seconds(50);
    for (uint64_t s = 1; s <= 60; s++)
        one_world(s);
    return 0;
}
