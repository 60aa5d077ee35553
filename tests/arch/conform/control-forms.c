/* SPDX-License-Identifier: MIT */
/*
 * The floating-point control state where the forms of the switch mix. The inline form does not
 * keep it: whoever is suspended by it goes on with what the processor has. One that was suspended
 * out of line gets its own back whoever resumes it, and so does a coroutine or task from another;
 * the interface has no way to resume those by another form. All this but where the program has
 * promised to leave the state alone.
 */
#include "conform.h"
#include "probe.h"

#include <faden/coro.h>

#ifdef PROBE_NO_FP
void conform_control_forms(void)
{
}

void conform_control_forms_at(void *memory)
{
}

void conform_control_coroutines(void)
{
}

void conform_promise(void)
{
}
#else

enum { SIZE = 16384, STATES = sizeof probe_fp_states / sizeof *probe_fp_states };

static struct {
    faden_context base, other;
} own_flows, *flows;
static _Alignas(16) char stack[SIZE];
static struct probe here;
static uint64_t there, seen;
static enum conform_form form_here, form_there;

/* Call what p->fn is with a state, and with `junk`, which is a part of one, in every register where
   a switch might believe to have its own. */
static void with_state(struct probe *p, uint64_t state, uint64_t junk)
{
    p->junk = (uintptr_t)junk;
    for (unsigned i = 0; i < PROBE_BYTES; i++)
        p->in[i] = (unsigned char)(junk >> i % sizeof(uintptr_t) * 8);
    probe_possible(p);
    probe_fp_set(state);
    probe_call(p);
}

static uint64_t back_to_normal(void)
{
    uint64_t state = probe_fp_get();
    probe_fp_set(probe_fp_states[0]);
    return state;
}

static void entry(void *arg)
{
    seen = back_to_normal();
    for (;;) {
        void (*away)(void *, void *) = conform_switch[form_there];
        probe_fp_set(there);
        away(&flows->other, &flows->base);
        seen = back_to_normal();
    }
}

/* A flow that had `own` was suspended by one form and resumed by another, whose flow had `its`. */
static void expect(uint64_t found, enum conform_form suspended, enum conform_form resumed,
                   uint64_t own, uint64_t its, const char *where)
{
    if (suspended >= CALL && resumed < CALL && CONFORM_INLINE)
        return;
    uint64_t expected = suspended == INLINE && CONFORM_INLINE ? its : own;
    EXPECT(found == expected, "%s: expected 0x%llx, found 0x%llx (suspended %s, resumed %s)", where,
           (unsigned long long)expected, (unsigned long long)found, conform_form_names[suspended],
           conform_form_names[resumed]);
}

/* The base flow's state after a visit to the other one, which it began with `state`. */
static uint64_t visit(uint64_t state, uint64_t junk)
{
    conform_probe_switch(&here, form_here, &flows->base, &flows->other);
    with_state(&here, state, junk);
    return back_to_normal();
}

/* `a` here, `b` there. */
static void pair(uint64_t a, uint64_t b, uint64_t junk)
{
    there = b;
    probe_fp_set(b);
    faden_context_init(&flows->other, stack, SIZE, entry, NULL);
    for (int i = 0; i < 3; i++) {
        expect(visit(a, junk), form_here, form_there, a, b, "back in the base flow");
        if (i)
            expect(seen, form_there, form_here, b, a, "in the context");
        else
            expect(seen, OUT_OF_LINE, form_here, b, a, "at the start of the context");
    }
}

static void all_states(void)
{
    for (int i = 0; i < STATES; i++)
        for (int j = 0; j < STATES; j++) {
            uint64_t a = probe_fp_states[i], b = probe_fp_states[j];
            pair(a, b, a);
            pair(a, b, b);
            pair(a, b, b >> 32);
        }
}

void conform_control_forms_at(void *memory)
{
    flows = memory;
    for (int h = 0; h < DIRECT_FORMS; h++)
        for (int t = 0; t < FORMS; t++) {
            form_here = (enum conform_form)h;
            form_there = (enum conform_form)t;
            if (conform_may_resume(form_here, form_there) &&
                conform_may_resume(form_there, form_here))
                all_states();
        }
}

void conform_control_forms(void)
{
    conform_control_forms_at(&own_flows);
}

static void *coroutine(void *arg)
{
    seen = back_to_normal();
    for (;;) {
        probe_fp_set(there);
        arg = faden_coro_yield(arg);
        seen = back_to_normal();
    }
    return arg;
}

static void *came_back;

static void resume(void *c, void *value)
{
    came_back = faden_coro_resume(c, value);
}

void conform_control_coroutines(void)
{
    static faden_coro c;
    for (int i = 0; i < STATES; i++)
        for (int j = 0; j < STATES; j++) {
            uint64_t a = probe_fp_states[i], b = probe_fp_states[j];
            there = b;
            probe_fp_set(b);
            EXPECT(faden_coro_init(&c, stack, SIZE, coroutine, NULL) == 0, "init");
            for (int k = 0; k < 3; k++) {
                here.fn = resume;
                here.a = &c;
                here.b = &there + k;
                with_state(&here, a, k & 1 ? a : b);
                uint64_t back = back_to_normal();
                EXPECT(came_back == here.b, "%p came back as %p", here.b, came_back);
                EXPECT(back == a, "the resumer: expected 0x%llx, found 0x%llx",
                       (unsigned long long)a, (unsigned long long)back);
                EXPECT(seen == b, "the coroutine: expected 0x%llx, found 0x%llx",
                       (unsigned long long)b, (unsigned long long)seen);
            }
            faden_coro_destroy(&c);
        }
}

/*
 * The program has promised to leave the state alone (faden_fp_control_fix). Here it breaks the
 * promise, to see what then comes about: a port that makes use of it loads nothing, so each flow
 * goes on with what the processor has; and what it leaves in its frames is the promised state,
 * which who resumes them after the end of the promise loads. Other ports keep each flow's own.
 */
#ifndef PROBE_USES_PROMISE
#define PROBE_USES_PROMISE 0
#endif

static void expect_promised(uint64_t found, uint64_t used, uint64_t kept, const char *where)
{
    uint64_t expected = PROBE_USES_PROMISE ? used : kept;
    EXPECT(found == expected, "%s (%s): expected 0x%llx, found 0x%llx", where,
           conform_form_names[form_here], (unsigned long long)expected, (unsigned long long)found);
}

static void broken(uint64_t promised, uint64_t a, uint64_t b)
{
    there = b;
    probe_fp_set(promised);
    faden_fp_control_fix(true);
    faden_context_init(&flows->other, stack, SIZE, entry, NULL);
    expect_promised(visit(a, b), b, a, "promised: back in the base flow");
    expect_promised(visit(a, b), b, a, "promised: back again");
    expect_promised(seen, a, b, "promised: in the context");
    faden_fp_control_fix(false);
    expect_promised(visit(a, b), a, a, "no more promised: back in the base flow");
    expect_promised(seen, promised, b, "no more promised: in the context");
}

static void *echo(void *value)
{
    for (;;)
        value = faden_coro_yield(value);
    return value;
}

/* And values get to the other side as without it. */
static void values_pass(void)
{
    static faden_coro c;
    faden_fp_control_fix(true);
    EXPECT(faden_coro_init(&c, stack, SIZE, echo, NULL) == 0, "init");
    for (uintptr_t value = 1; value < 4; value++) {
        uintptr_t back = (uintptr_t)faden_coro_resume(&c, (void *)value);
        EXPECT(back == value, "promised: %lu came back as %lu", (unsigned long)value,
               (unsigned long)back);
    }
    faden_coro_destroy(&c);
    faden_fp_control_fix(false);
}

void conform_promise(void)
{
    values_pass();
    flows = &own_flows;
    for (int f = CALL; f < FORMS; f++)
        for (int i = 0; i < STATES * STATES * STATES; i++) {
            form_here = form_there = (enum conform_form)f;
            broken(probe_fp_states[i % STATES], probe_fp_states[i / STATES % STATES],
                   probe_fp_states[i / STATES / STATES]);
        }
}
#endif
