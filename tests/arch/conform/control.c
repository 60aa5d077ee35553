/* SPDX-License-Identifier: MIT */
/*
 * The floating-point control state belongs to the context: what one sets does not reach another,
 * comes back with it, and a new context starts with its creator's. Sticky exception flags are not
 * part of it: they must neither be lost in a compare nor make one context load another's state.
 */
#include "conform.h"
#include "probe.h"

#ifdef PROBE_NO_FP
void conform_control(void)
{
}

void conform_creators(void)
{
}
#else

enum { FLOWS = 4, SIZE = 16384, STATES = sizeof probe_fp_states / sizeof *probe_fp_states };

static faden_context flow[FLOWS + 1]; /* the last is the base flow's */
static uint64_t first_seen[FLOWS], assigned[FLOWS];
static _Alignas(16) char stack[FLOWS][SIZE];

/* While a state may trap or round strangely, nothing is done but to read it. */
static NOINLINE void expect_state(uint64_t state, const char *who, int n)
{
    uint64_t now = probe_fp_get();
    probe_fp_set(probe_fp_states[0]);
    EXPECT(now == state, "control state of %s %d: expected 0x%llx, found 0x%llx", who, n,
           (unsigned long long)state, (unsigned long long)now);
}

/* Raise a sticky flag. */
static NOINLINE void inexact(void)
{
    static volatile conform_real one = 1, three = 3;
    one = one / three + three;
}

static void entry(void *arg)
{
    int self = (int)(intptr_t)arg;
    first_seen[self] = probe_fp_get();
    probe_fp_set(probe_fp_states[0]);
    for (;;) {
        uint64_t mine = assigned[self];
        probe_fp_set(mine);
        faden_context_switch(&flow[self], &flow[FLOWS]);
        expect_state(mine, "context", self);
        inexact();
    }
}

static void init(int n)
{
    faden_context_init(&flow[n], stack[n], SIZE, entry, (void *)(intptr_t)n);
}

/* Each pair of states meets: in the base flow and a context, and in two contexts. */
void conform_control(void)
{
    EXPECT(probe_fp_get() == probe_fp_states[0], "a program starts with another state: 0x%llx",
           (unsigned long long)probe_fp_get());
    for (int i = 0; i < STATES; i++) {
        probe_fp_set(probe_fp_states[i]);
        for (int n = 0; n < FLOWS; n++)
            init(n);
        for (int j = 0; j < STATES * 2; j++) {
            for (int n = 0; n < FLOWS; n++) {
                assigned[n] = probe_fp_states[(i + j * (n + 1)) % STATES];
                probe_fp_set(probe_fp_states[i]);
                faden_context_switch(&flow[FLOWS], &flow[n]);
                expect_state(probe_fp_states[i], "the base flow, state", i);
            }
        }
        for (int n = 0; n < FLOWS; n++)
            EXPECT(first_seen[n] == probe_fp_states[i],
                   "the first control state of context %d: expected 0x%llx, found 0x%llx", n,
                   (unsigned long long)probe_fp_states[i], (unsigned long long)first_seen[n]);
    }
}

/* It is the creator's state that counts, not that of who switches to it first. */
void conform_creators(void)
{
    for (int i = 0; i < STATES; i++) {
        probe_fp_set(probe_fp_states[i]);
        init(0);
        probe_fp_set(probe_fp_states[(i + 1) % STATES]);
        assigned[0] = probe_fp_states[0];
        faden_context_switch(&flow[FLOWS], &flow[0]);
        expect_state(probe_fp_states[(i + 1) % STATES], "the creator", i);
        EXPECT(first_seen[0] == probe_fp_states[i],
               "the creator's control state: expected 0x%llx, found 0x%llx",
               (unsigned long long)probe_fp_states[i], (unsigned long long)first_seen[0]);
    }
}
#endif
