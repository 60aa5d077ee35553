/* SPDX-License-Identifier: MIT */
/*
 * A million switches between a thousand contexts in random order and random form. Each keeps
 * frames on its stack, a recursion of random depth with a checksum in each frame, that it
 * verifies while it unwinds; and a ring around it tells that it went on where it had stopped.
 */
#include "check.h"

#include <faden/context.h>

enum { FLOWS = 1000, SIZE = 8192, DEEPEST = 12 };
#ifdef __OPTIMIZE__
enum { SWITCHES = 1000000 };
#else
enum { SWITCHES = 200000 };
#endif

static faden_context base, flow[FLOWS];
static uint64_t seed = 1, arrivals[FLOWS], departures[FLOWS];
static int left = SWITCHES, running;
static char stack[FLOWS][SIZE];

/* From `self` to somebody else, or to the base flow when it is enough. */
static void go_on(int self)
{
    faden_context *from = self < 0 ? &base : &flow[self], *to = &base;
    uint64_t r = next_random(&seed);
    int next = -1;
    if (left-- > 0) {
        next = (int)(r % FLOWS);
        if (next == self)
            return;
        to = &flow[next];
    }
    if (self >= 0)
        departures[self]++;
    running = next;
    if (r >> 40 & 1)
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

static NOINLINE uint64_t recurse(int self, int depth)
{
    uint64_t word[6];
    for (int i = 0; i < 6; i++)
        word[i] = next_random(&seed);
    uint64_t before = checksum(word, 6), below = 0;
    go_on(self);
    if (depth)
        below = recurse(self, depth - 1);
    go_on(self);
    EXPECT(checksum(word, 6) == before, "flow %d, depth %d: the frame changed", self, depth);
    return before + below;
}

static void entry(void *arg)
{
    int self = (int)(intptr_t)arg;
    arrivals[self]++;
    departures[self]++;
    EXPECT(running == self, "flow %d began instead of %d", self, running);
    for (;;)
        recurse(self, (int)(next_random(&seed) % DEEPEST));
}

int main(void)
{
    uint64_t total = 0;
    limit_seconds(60);
    for (int i = 0; i < FLOWS; i++)
        faden_context_init(&flow[i], stack[i], SIZE, entry, (void *)(intptr_t)i);
    go_on(-1);
    for (int i = 0; i < FLOWS; i++) {
        EXPECT(departures[i] - arrivals[i] <= 1, "flow %d: %d departures, %d arrivals", i,
               (int)departures[i], (int)arrivals[i]);
        total += arrivals[i];
    }
    EXPECT(total > SWITCHES * 9 / 10, "%d arrivals", (int)total);
    return 0;
}
