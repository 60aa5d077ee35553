/* SPDX-License-Identifier: MIT */
/*
 * The floating-point control state belongs to the context: what one sets does not reach another,
 * comes back with it, and a new context starts with its creator's. Sticky exception flags are
 * not part of it: they must neither be lost in the compare nor make one context load another's
 * state.
 */
#include "check.h"
#include "isa.h"

enum { FLOWS = 4 };

static faden_context flow[FLOWS + 1];
static uint64_t first_seen[FLOWS];
static uint64_t assigned[FLOWS];

static NOINLINE void expect_state(uint64_t state, const char *where, int n)
{
    uint64_t now = isa_fp_get();
    if (now != state)
        isa_fp_set(isa_fp_states[0]);
    EXPECT(now == state, "%s %d: %#llx instead of %#llx", where, n, (unsigned long long)now,
           (unsigned long long)state);
}

static void entry(void *arg)
{
    int self = (int)(intptr_t)arg;
    first_seen[self] = isa_fp_get();
    for (;;) {
        uint64_t mine = assigned[self];
        isa_fp_set(mine);
        faden_context_switch(&flow[self], &flow[FLOWS]);
        expect_state(mine, "context", self);
        isa_fp_set(isa_fp_states[0]);
        isa_fp_raise_inexact();
        isa_fp_set(mine);
    }
}

/* Each pair of states meets: in the base flow and a context, and in two contexts. */
static void all_pairs(void)
{
    static char stack[FLOWS][16384];
    for (int i = 0; i < ISA_FP_STATES; i++) {
        isa_fp_set(isa_fp_states[i]);
        for (int n = 0; n < FLOWS; n++)
            faden_context_init(&flow[n], stack[n], sizeof stack[n], entry, (void *)(intptr_t)n);
        for (int j = 0; j < ISA_FP_STATES * 2; j++) {
            for (int n = 0; n < FLOWS; n++) {
                assigned[n] = isa_fp_states[(i + j * (n + 1)) % ISA_FP_STATES];
                faden_context_switch(&flow[FLOWS], &flow[n]);
                expect_state(isa_fp_states[i], "the base flow, state", i);
            }
        }
        isa_fp_set(isa_fp_states[0]);
        for (int n = 0; n < FLOWS; n++)
            EXPECT(first_seen[n] == isa_fp_states[i], "context %d did not start with state %d", n,
                   i);
    }
}

/* It is the creator's state that counts, not that of who switches to it first. */
static void creators(void)
{
    static char stack[16384];
    for (int i = 0; i < ISA_FP_STATES; i++) {
        isa_fp_set(isa_fp_states[i]);
        faden_context_init(&flow[0], stack, sizeof stack, entry, (void *)0);
        isa_fp_set(isa_fp_states[(i + 1) % ISA_FP_STATES]);
        assigned[0] = isa_fp_states[0];
        faden_context_switch(&flow[FLOWS], &flow[0]);
        isa_fp_set(isa_fp_states[0]);
        EXPECT(first_seen[0] == isa_fp_states[i], "creator's state %d", i);
    }
}

int main(void)
{
    NOT_UNDER_VALGRIND("it keeps the rounding mode only");
    alarm(20);
    EXPECT(isa_fp_get() == isa_fp_states[0], "a process starts with the initial state");
    all_pairs();
    creators();
    return 0;
}
