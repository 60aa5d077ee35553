/* SPDX-License-Identifier: MIT */
/*
 * The program has promised to leave the floating-point control state alone (faden_fp_control_fix).
 * Here it breaks the promise, to see what then comes about: a port that makes use of it loads
 * nothing, so each flow goes on with what the processor has; and what it leaves in its frames is
 * the promised state, which who resumes them after the end of the promise loads. Other ports keep
 * each flow's own.
 */
#include "conform.h"
#include "probe.h"

#include <faden/coro.h>

#ifdef PROBE_NO_FP
void conform_promise(void)
{
}
#else

enum { SIZE = 16384, STATES = sizeof probe_fp_states / sizeof *probe_fp_states };
#ifndef PROBE_USES_PROMISE
#define PROBE_USES_PROMISE 0
#endif

static faden_context base, other;
static uint64_t there, seen;
static enum conform_form form;

static uint64_t back_to_normal(void)
{
    uint64_t state = probe_fp_get();
    probe_fp_set(probe_fp_states[0]);
    return state;
}

static void entry(void *arg)
{
    for (;;) {
        probe_fp_set(there);
        conform_switch[form](&other, &base);
        seen = back_to_normal();
    }
}

/* The base flow's state after a visit that it began with `here`. */
static uint64_t visit(uint64_t here)
{
    static struct probe p;
    conform_probe_switch(&p, form, &base, &other);
    for (unsigned i = 0; i < PROBE_BYTES; i++)
        p.in[i] = (unsigned char)(i + 1);
    probe_possible(&p);
    probe_fp_set(here);
    probe_call(&p);
    return back_to_normal();
}

static void expect(uint64_t found, uint64_t expected, const char *where)
{
    EXPECT(found == expected, "%s (%s): expected 0x%llx, found 0x%llx", where,
           conform_form_names[form], (unsigned long long)expected, (unsigned long long)found);
}

static void broken(uint64_t promised, uint64_t here, uint64_t its)
{
    static _Alignas(16) char stack[SIZE];
    probe_fp_set(promised);
    faden_fp_control_fix(true);
    faden_context_init(&other, stack, SIZE, entry, NULL);
    there = its;
    expect(visit(here), PROBE_USES_PROMISE ? its : here, "promised: back in the base flow");
    expect(visit(here), PROBE_USES_PROMISE ? its : here, "promised: back again");
    expect(seen, PROBE_USES_PROMISE ? here : its, "promised: in the context");
    faden_fp_control_fix(false);
    expect(visit(here), here, "no more promised: back in the base flow");
    expect(seen, PROBE_USES_PROMISE ? promised : its, "no more promised: in the context");
}

void conform_promise(void)
{
    for (int f = CALL; f < FORMS; f++)
        for (int i = 0; i < STATES * STATES * STATES; i++) {
            form = (enum conform_form)f;
            broken(probe_fp_states[i % STATES], probe_fp_states[i / STATES % STATES],
                   probe_fp_states[i / STATES / STATES]);
        }
}
#endif
