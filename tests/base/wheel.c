/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel against what a list says: never early, never forgotten, in order, counted. With
 * blocks enough, with few and with none; none is lost, none in a slot is empty.
 */
#include "base/wheel.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TIMERS = 3000, STEPS = 100000, BLOCKS = 600 };
static struct wheel_block blocks[BLOCKS];
static uint32_t given;
static struct faden__timer timers[TIMERS];
static struct wheel wheel;
static int64_t now;
static uint64_t armed;
static uint32_t state;

static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint32_t)(((uint64_t)state * n) >> 32);
}

#define expect(x)                                                           \
    do {                                                                    \
        if (!(x)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #x); \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

/* A distance of any magnitude, now and then in the past. */
static int64_t some_time(void)
{
    int64_t bits = ((int64_t)random_below(UINT32_MAX) << 20) ^ random_below(UINT32_MAX);
    int64_t d = bits & (((int64_t)1 << random_below(52)) - 1);
    return random_below(20) ? now + d : now - d % now;
}

static void arm_or_disarm(void)
{
    struct faden__timer *t = &timers[random_below(TIMERS)];
    if (!t->heap) {
        t->when = some_time();
        wheel_insert(&wheel, t);
        armed++;
    } else if (random_below(4) == 0) {
        wheel_remove(&wheel, t);
        expect(!t->heap);
        armed--;
    }
}

static void pass_time(void)
{
    int64_t next = wheel_next_time(&wheel), last = 0;
    struct faden__timer *t;
    int i;
    for (i = 0; i < TIMERS; i++)
        expect(!timers[i].heap || timers[i].when >= next || next <= now);
    if (random_below(3) && next != FADEN_FOREVER)
        now = next > now ? next : now;
    else
        now += (int64_t)1 << random_below(40);
    while ((t = wheel_take_due(&wheel, now))) {
        expect(t->when <= now && t->when >= last);
        last = t->when;
        armed--;
    }
    for (i = 0; i < TIMERS; i++)
        expect(!timers[i].heap || timers[i].when > now);
}

static void look_at_blocks(void)
{
    uint32_t in_slots = 0, spare = 0;
    uint64_t far = 0;
    for (int i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++) {
        const struct wheel_block *b = wheel.slots[i / WHEEL_SLOTS][i % WHEEL_SLOTS];
        for (; b; b = b->next) {
            expect(b->count > 0 && b->count <= WHEEL_BLOCK);
            for (uint32_t k = 0; k < b->count; k++)
                expect(b->entries[k].timer->entry == &b->entries[k] &&
                       b->entries[k].timer->when == b->entries[k].when);
            far += b->count;
            in_slots++;
        }
    }
    for (struct wheel_block *b = wheel.spare; b; b = b->next)
        spare++;
    expect(spare == wheel.spare_count && in_slots + spare == given);
    expect(far + wheel.near.count == wheel.count);
}

/* In the first world there are blocks enough, in the last none. */
static void supply(uint32_t world)
{
    static const uint32_t counts[] = {BLOCKS, 50, 3, 0};
    given = counts[world % 4];
    for (uint32_t i = 0; i < given; i++)
        wheel_give(&wheel, &blocks[i]);
}

int main(void)
{
    uint32_t seed;
    alarm(60);
    for (seed = 1; seed <= 4; seed++) {
        int i;
        state = seed * 0x9e3779b9u;
        wheel = (struct wheel){.count = 0};
        now = ((int64_t)random_below(UINT32_MAX) << 20) + 1;
        wheel.tick = now >> WHEEL_TICK;
        supply(seed - 1);
        armed = 0;
        for (i = 0; i < TIMERS; i++)
            timers[i].heap = NULL;
        for (i = 0; i < STEPS; i++) {
            if (random_below(16))
                arm_or_disarm();
            else
                pass_time();
            expect(wheel.count == armed);
            if (i % 64 == 0)
                look_at_blocks();
        }
    }
    return 0;
}
