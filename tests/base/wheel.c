/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel against what a list says, in a time of its own: never early, never forgotten, in
 * order, counted; who sleeps until the next look is not late, and few looks come before a timer.
 * Times are near and far, up to the end of time, in the past, on the edge of a slot; the clock
 * moves in steps of every size. With blocks enough, with few and with none; none is lost, none in a
 * slot is empty.
 */
#include "../sync/test.h"

#include "base/wheel.h"

enum { TIMERS = 2000, STEPS = 20000, BLOCKS = 600, WORLDS = 40 };

static struct wheel_block blocks[BLOCKS];
static uint32_t given;
static struct faden__timer timers[TIMERS];
static bool armed[TIMERS];
static struct wheel wheel;
static int64_t now, earliest;
static uint64_t count, seed;
static uint32_t reach; /* of times, in bits of nanoseconds */

/* Up to `bits` bits: as many small ones as large ones. */
static int64_t random_span(uint32_t bits)
{
    uint64_t all =
        (uint64_t)random_of(&seed) << 32 ^ (uint64_t)random_of(&seed) << 8 ^ random_of(&seed);
    return (int64_t)(all >> (63 - below(&seed, bits)) >> 1);
}

static void find_earliest(void)
{
    earliest = FADEN_FOREVER;
    for (int i = 0; i < TIMERS; i++)
        if (armed[i] && timers[i].when < earliest)
            earliest = timers[i].when;
}

/* ---- what is done to it ------------------------------------------------------------------- */

static void arm(int i)
{
    int64_t span = random_span(reach);
    timers[i].when = span > FADEN_FOREVER - 1 - now ? FADEN_FOREVER - 1 : now + span;
    if (below(&seed, 16) == 0)
        timers[i].when = now - random_span(40);
    if (below(&seed, 8) == 0) /* on the edge of a slot */
        timers[i].when &= -((int64_t)1 << (WHEEL_TICK + WHEEL_BITS * below(&seed, 4)));
    if (below(&seed, 500) == 0)
        timers[i].when = FADEN_FOREVER - 1 - below(&seed, 3);
    wheel_insert(&wheel, &timers[i]);
    if (timers[i].when >> WHEEL_TICK > wheel.tick) /* far: the heap is for want of blocks */
        EXPECT(timers[i].heap != &wheel.near || !wheel.spare);
    armed[i] = true;
    count++;
    if (timers[i].when < earliest)
        earliest = timers[i].when;
}

static void disarm(int i)
{
    wheel_remove(&wheel, &timers[i]);
    EXPECT(!timers[i].heap);
    armed[i] = false;
    count--;
    if (timers[i].when == earliest)
        find_earliest();
}

/* All that are due come, in order, and nothing else. */
static void look(void)
{
    int64_t last = INT64_MIN;
    struct faden__timer *t;
    while ((t = wheel_take_due(&wheel, now))) {
        EXPECT(armed[t - timers] && t->when <= now);
        EXPECT(t->when >= last);
        EXPECT(!t->heap);
        last = t->when;
        armed[t - timers] = false;
        count--;
    }
    find_earliest();
    EXPECT(earliest > now);
    EQ(wheel.count, count);
    EXPECT(wheel_next_time(&wheel) <= earliest);
}

/* From look to look as a cpu does, until the earliest is due. */
static void follow(void)
{
    int64_t goal = earliest;
    for (int looks = 0; now < goal && goal < FADEN_FOREVER / 2; looks++) {
        int64_t next = wheel_next_time(&wheel);
        EXPECT(next > now);
        EXPECT(looks < 200);
        now = next;
        look();
    }
}

static void move_clock(void)
{
    switch (below(&seed, 4)) {
    case 0:
        look();
        follow();
        break;
    case 1: /* to the earliest, or just before it */
        if (earliest != FADEN_FOREVER && earliest > now)
            now = earliest - (int64_t)below(&seed, 2);
        break;
    default: now += random_span(below(&seed, 40) + 1);
    }
    look();
}

/* ---- what it is made of ------------------------------------------------------------------- */

static void look_at_blocks(void)
{
    uint32_t in_slots = 0, spare = 0;
    uint64_t far = 0;
    for (int i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++) {
        const struct wheel_block *b = wheel.slots[i / WHEEL_SLOTS][i % WHEEL_SLOTS];
        for (; b; b = b->next) {
            EXPECT(b->count > 0 && b->count <= WHEEL_BLOCK);
            for (uint32_t k = 0; k < b->count; k++)
                EXPECT(b->entries[k].timer->entry == &b->entries[k] &&
                       b->entries[k].timer->when == b->entries[k].when);
            far += b->count;
            in_slots++;
        }
    }
    for (struct wheel_block *b = wheel.spare; b; b = b->next)
        spare++;
    EXPECT(spare == wheel.spare_count && in_slots + spare == given);
    EXPECT(far + wheel.near.count == wheel.count);
}

static void new_wheel(int64_t begin, uint32_t supply)
{
    memset(&wheel, 0, sizeof wheel);
    memset(timers, 0, sizeof timers);
    memset(armed, 0, sizeof armed);
    now = begin;
    wheel.tick = now >> WHEEL_TICK;
    earliest = FADEN_FOREVER;
    count = 0;
    for (given = 0; given < supply; given++)
        wheel_give(&wheel, &blocks[given]);
}

/* Worlds begin at any time within decades; with few timers or many, near each other or not. */
static void one_world(uint64_t world)
{
    static const uint32_t supplies[] = {BLOCKS, 50, 3, 0};
    int many = world % 3 ? TIMERS : TIMERS / 8;
    seed = test_seed = world;
    reach = world % 5 < 2 ? 40 : 62;
    new_wheel(1 + random_span(61), supplies[world % 4]);
    for (int n = 0; n < STEPS && now < FADEN_FOREVER / 2; n++) {
        int i = (int)below(&seed, (uint32_t)many);
        if (!armed[i])
            arm(i);
        else if (below(&seed, 4) == 0)
            disarm(i);
        if (below(&seed, 16) == 0)
            move_clock();
        if (n % 256 == 0)
            look_at_blocks();
    }
}

/* From arming to firing, who waits for the next time each time looks only a few times. */
static void looks_for_one(void)
{
    for (int bits = 0; bits < 60; bits++) {
        int looks = 0;
        new_wheel(123456789012345, 1);
        timers[0].when = now + ((int64_t)1 << bits) + 12345;
        wheel_insert(&wheel, &timers[0]);
        for (; !wheel_take_due(&wheel, now); looks++)
            now = wheel_next_time(&wheel);
        EQ(now, timers[0].when);
        EXPECT(looks <= WHEEL_LEVELS + 1 + (bits > 58));
    }
}

int main(int argc, char **argv)
{
    uint64_t world = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t last = argc > 1 ? world : (uint64_t)rounds(WORLDS);
    limit_seconds(50);
    for (; world <= last; world++)
        one_world(world);
    looks_for_one();
    return 0;
}
