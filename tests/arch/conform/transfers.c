/* SPDX-License-Identifier: MIT */
/*
 * Transfers between a thousand contexts in random order and random form. Each keeps frames on its
 * stack, a recursion of random depth with a checksum in each frame, that it verifies while it
 * unwinds; and a ring around it tells that it went on where it had stopped.
 */
#include "conform.h"

enum { FLOWS = 1000, SIZE = 8192, DEEPEST = 12 };

static faden_context base, flow[FLOWS];
static uint64_t seed;
static uint32_t arrivals[FLOWS], departures[FLOWS];
static unsigned left;
static int running;
static _Alignas(16) char stack[FLOWS][SIZE];

/* From `self` to somebody else, or to the base flow when it is enough. */
static void go_on(int self)
{
    faden_context *from = self < 0 ? &base : &flow[self], *to = &base;
    int next = -1;
    if (left && !conform_failed()) {
        next = (int)conform_below(&seed, FLOWS);
        if (next == self)
            return;
        left--;
        to = &flow[next];
    }
    if (self >= 0)
        departures[self]++;
    running = next;
    if (conform_below(&seed, 2))
        faden_context_switch(from, to);
    else
        faden_context_switch_inline(from, to);
    if (self >= 0)
        arrivals[self]++;
    EXPECT(running == self, "flow %d went on instead of %d", self, running);
}

static NOINLINE uint64_t checksum(const uint64_t *word, int n)
{
    uint64_t sum = 0;
    for (int i = 0; i < n; i++)
        sum = (sum << 5 | sum >> 59) ^ word[i];
    return sum;
}

static NOINLINE uint64_t recurse(int self, unsigned depth)
{
    uint64_t word[6];
    for (int i = 0; i < 6; i++)
        word[i] = conform_random(&seed);
    uint64_t before = checksum(word, 6), below = 0;
    go_on(self);
    if (depth)
        below = recurse(self, depth - 1);
    go_on(self);
    EXPECT(checksum(word, 6) == before, "flow %d, depth %u: the frame changed", self, depth);
    return before + below;
}

static void entry(void *arg)
{
    int self = (int)(intptr_t)arg;
    arrivals[self]++;
    departures[self]++;
    EXPECT(running == self, "flow %d began instead of %d", self, running);
    for (;;)
        recurse(self, conform_below(&seed, DEEPEST));
}

void conform_many(void)
{
    uint32_t total = 0;
    seed = 1;
    left = conform_transfers;
    for (int i = 0; i < FLOWS; i++) {
        arrivals[i] = departures[i] = 0;
        faden_context_init(&flow[i], stack[i], SIZE, entry, (void *)(intptr_t)i);
    }
    go_on(-1);
    for (int i = 0; i < FLOWS; i++) {
        EXPECT(departures[i] - arrivals[i] <= 1, "flow %d: %u departures, %u arrivals", i,
               (unsigned)departures[i], (unsigned)arrivals[i]);
        total += arrivals[i];
    }
    EXPECT(total >= conform_transfers, "%u arrivals of %u", (unsigned)total, conform_transfers);
}
