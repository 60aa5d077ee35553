/* SPDX-License-Identifier: MIT */
/*
 * The conformance program: what every port of the switch must pass. The same sources for each; what
 * they need to know of an ISA is in tests/arch/<isa>/probe.h and probe.S.
 *
 *      portable, freestanding    main registers control entry calls live forms waits coroutines
 *                                transfers
 *      for a process             hosted signals jumps unwind guard addresses
 *
 * The environment gives what is declared under that name below: hosted.c, or a kernel.
 */
#ifndef TESTS_ARCH_CONFORM_H
#define TESTS_ARCH_CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <faden/context.h>

/* Called as any other function, with nothing known of its callers and arguments. */
#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

/* It comes back with zero in every register that the ABI does not keep: whoever takes one of them
   for something else goes wrong. */
#if defined __has_attribute
#if __has_attribute(zero_call_used_regs) && !defined CONFORM_NO_ZEROING
#define ZEROING __attribute__((zero_call_used_regs("all-gpr")))
#endif
#endif
#ifndef ZEROING
#define ZEROING
#endif

/* Where the C compiler has no floating point, integers take its place. */
#ifdef CONFORM_NO_FLOAT
typedef int64_t conform_real;
typedef int64_t conform_long_real;
#else
typedef double conform_real;
typedef long double conform_long_real;
#endif

/* A named thing to try. It tells what is wrong by EXPECT and goes on. */
struct conform_check {
    const char *name;
    void (*run)(void);
};

/* What the environment gives. */
void conform_put(const char *text, size_t n);
uint64_t conform_ms(void); /* since any moment; 0 where there is no clock */

/*
 * Run the portable checks and `more` (it ends with a NULL name; may be NULL), with so many random
 * transfers; those whose name begins with `only`, if that is not NULL. Puts a line for each failure
 * and then the row. Gives the number of checks that failed. `first`: the first failure is the last.
 */
struct conform_how {
    const struct conform_check *more;
    const char *only;
    unsigned transfers;
    bool first;
};
int conform_run(const struct conform_how *how);

/* Put what this port keeps, in lines of "name: value". */
void conform_describe(void);

/*
 * The environment's platform_report calls it before it ends the program: where a check waits for a
 * panic, it does not come back.
 */
void conform_caught(const char *report, size_t n);

/* Inside of a check: a failure. */
void conform_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define EXPECT(condition, ...)         \
    do {                               \
        if (!(condition))              \
            conform_fail(__VA_ARGS__); \
    } while (0)
bool conform_failed(void); /* has this check? */

extern unsigned conform_transfers;

/* Run fn(arg) on `base`'s flow; if it panics, give the report, else NULL. */
const char *conform_panic(void (*fn)(void *), void *arg);

/* A cheap sequence of numbers that repeats from run to run. */
static inline uint64_t conform_random(uint64_t *state)
{
    uint64_t x = (*state += 0x9e3779b97f4a7c15u);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline unsigned conform_below(uint64_t *state, unsigned n)
{
    return (uint32_t)(conform_random(state) >> 32) % n;
}

/* Has this port an inline form that is not the one out of line? */
#ifdef FADEN_ARCH_OUTLINE_H
enum { CONFORM_INLINE = 0 };
#else
enum { CONFORM_INLINE = 1 };
#endif

/* The forms of the switch, each as a function of (from, to). */
enum conform_form {
    OUT_OF_LINE, /* faden_context_switch */
    INLINE,      /* faden_context_switch_inline */
    CALL,        /* what coroutines and tasks are made of: faden__arch_switch_call */
    WAIT,        /* what calls that may wait are made of: faden__arch_wait_call */
    FORMS,
    DIRECT = FORMS, /* faden__switch as a function, where it is one; only a probe can call it */
    DIRECT_FORMS = FORMS + !CONFORM_INLINE,
};
extern const char *const conform_form_names[DIRECT_FORMS];
extern void (*const conform_switch[FORMS])(void *from, void *to);

/* Have the probe call this form itself, where that is possible: no C function lies between, which
   would keep registers too. */
struct probe;
void conform_probe_switch(struct probe *p, enum conform_form form, faden_context *from,
                          faden_context *to);

/* What an inline form suspended has no control state, which the last two would load. */
static inline bool conform_may_resume(enum conform_form by, enum conform_form suspended_by)
{
    return !CONFORM_INLINE || by < CALL || suspended_by != INLINE;
}

/* The checks. */
void conform_registers(void), conform_control(void), conform_creators(void);
void conform_control_forms(void), conform_control_coroutines(void), conform_promise(void);
void conform_alignment(void), conform_bounds(void), conform_argument(void), conform_returns(void);
void conform_calls(void), conform_live(void), conform_forms(void), conform_coroutines(void);
void conform_many(void);

/* For environments without the scheduler, whose faden__wait_leave it replaces. */
void conform_waits(void);

/* Two contexts lie there. An address must not be taken for a state. */
void conform_control_forms_at(void *memory);

/* For a process. */
void conform_signals(void), conform_jumps(void), conform_unwind(void), conform_guard(void);
void conform_addresses(void);

#endif
