/* SPDX-License-Identifier: MIT */
/*
 * The floating-point control state where the forms of the switch mix. The inline form does not
 * keep it: whoever is suspended by it goes on with what the processor has. One that was suspended
 * out of line, or as a coroutine, gets its own back whoever resumes it.
 */
#include "check.h"
#include "isa.h"

#include <faden/coro.h>

static faden_context base, other;
static uint64_t here, there, seen;
static int by_inline;

static void out_of_line(void *arg)
{
    seen = isa_fp_get();
    for (;;) {
        isa_fp_set(there);
        faden_context_switch(&other, &base);
        seen = isa_fp_get();
    }
}

static void inlined(void *arg)
{
    seen = isa_fp_get();
    for (;;) {
        isa_fp_set(there);
        faden_context_switch_inline(&other, &base);
        seen = isa_fp_get();
    }
}

static void go(void *arg)
{
    if (by_inline)
        faden_context_switch_inline(&base, &other);
    else
        faden_context_switch(&base, &other);
}

/* Give the base flow's state after a visit to a context that runs with `there`. */
static uint64_t visit(void)
{
    isa_fp_set(here);
    isa_with_state(go, NULL, there);
    uint64_t back = isa_fp_get();
    isa_fp_set(isa_fp_states[0]);
    return back;
}

static void start(void (*entry)(void *), uint64_t creator)
{
    static char stack[16384];
    isa_fp_set(creator);
    faden_context_init(&other, stack, sizeof stack, entry, NULL);
    isa_fp_set(isa_fp_states[0]);
}

static void one(uint64_t a, uint64_t b)
{
    here = a;
    there = b;
    for (by_inline = 0; by_inline < 2; by_inline++) {
        uint64_t back = by_inline ? b : a;
        start(out_of_line, b);
        EXPECT(visit() == back && seen == b, "the start, form %d", by_inline);
        EXPECT(visit() == back, "out of line there, form %d here", by_inline);
        EXPECT(seen == b, "suspended out of line, resumed by form %d", by_inline);
        start(inlined, a);
        EXPECT(visit() == back && seen == a, "the start, inline there, form %d", by_inline);
        EXPECT(visit() == back, "inline there, form %d here", by_inline);
        EXPECT(seen == a, "suspended inline: it goes on with the resumer's state");
    }
}

static void *coroutine(void *arg)
{
    seen = isa_fp_get();
    for (;;) {
        isa_fp_set(there);
        arg = faden_coro_yield(arg);
        seen = isa_fp_get();
    }
    return arg;
}

static void resume(void *c)
{
    faden_coro_resume(c, NULL);
}

static void through_coroutine(uint64_t a, uint64_t b)
{
    static char stack[16384];
    faden_coro c;
    here = a;
    there = b;
    isa_fp_set(b);
    EXPECT(faden_coro_init(&c, stack, sizeof stack, coroutine, NULL) == 0, "init");
    for (int i = 0; i < 3; i++) {
        isa_fp_set(a);
        isa_with_state(resume, &c, b);
        uint64_t back = isa_fp_get();
        isa_fp_set(isa_fp_states[0]);
        EXPECT(back == a && seen == b, "a coroutine, time %d", i);
    }
    faden_coro_destroy(&c);
}

int main(void)
{
    NOT_UNDER_VALGRIND("it keeps the rounding mode only");
    alarm(20);
    for (int i = 0; i < ISA_FP_STATES; i++)
        for (int j = 0; j < ISA_FP_STATES; j++) {
            one(isa_fp_states[i], isa_fp_states[j]);
            through_coroutine(isa_fp_states[i], isa_fp_states[j]);
        }
    return 0;
}
