/* SPDX-License-Identifier: MIT */
/*
 * What one form of the switch suspended, the others can resume: seven flows hand control to a
 * random other one, each time with a random form, with live values that must survive; and contexts
 * that never ran are among them. The call form resumes everything but an inline one, whose frame
 * has no control state for it to load.
 */
#include "conform.h"
#include "probe.h"

enum { FRESH = WAIT, KINDS = FRESH + 1, FLOWS = 7, ROUNDS = 20000, SIZE = 16384 };

static faden_context flow[FLOWS]; /* flow[0] is the base flow's */
static int suspended_by[FLOWS];
static uint64_t seed;
static int resumed_by; /* the last switch's */
static int rounds, pairs[KINDS][KINDS];
static _Alignas(16) char stack[FLOWS][SIZE];

static struct faden__switch_ops *called; /* by the last call, which passed `passed` on */
static void *passed, *given;

/* The compiler believes the ABI; this looks. */
static NOINLINE void expect_aligned(volatile char *local)
{
    EXPECT(((uintptr_t)local & (PROBE_STACK_ALIGN - 1)) == 0,
           "the stack of a pick or finish is "
           "not aligned: a local is at %p",
           (void *)local);
}

ZEROING static struct faden__next pick(void *from, void *to, void *own_sp,
                                       struct faden__switch_ops *ops)
{
    _Alignas(PROBE_STACK_ALIGN) volatile char local[16];
    expect_aligned(local);
    EXPECT(ops == called, "pick got other ops");
    ((faden_context *)from)->sp = own_sp;
    given = passed = rounds % 3 == 0   ? NULL
                     : rounds % 3 == 1 ? to
                                       : (void *)~(uintptr_t)ops->finish; /* no bit in common */
    return (struct faden__next){((faden_context *)to)->sp, passed};
}

ZEROING static void *finish(void *value)
{
    _Alignas(PROBE_STACK_ALIGN) volatile char local[16];
    expect_aligned(local);
    EXPECT(value == passed && value, "finish got %p, expected %p", value, passed);
    return given = (char *)value + 1;
}

static struct faden__switch_ops plain_ops = {.pick = pick};
static struct faden__switch_ops finish_ops = {.pick = pick, .finish = finish};

/* Leaf functions need not align the stack: two that differ in what they save. */
static NOINLINE void *leaf(faden_context *from, faden_context *to)
{
    return faden__arch_switch_call(called, from, to);
}

static NOINLINE void *leaf_with_value(faden_context *from, faden_context *to, uintptr_t kept)
{
    char *value = faden__arch_switch_call(called, from, to);
    return value + kept;
}

static void expect_value(void *value)
{
    if (resumed_by != CALL)
        return;
    EXPECT(value == given, "the value of a call: expected %p, found %p", given, value);
    EXPECT(value == (called == &finish_ops && passed ? (char *)passed + 1 : passed),
           "finish was not called");
}

static void hand_over(int self, int to, int form)
{
    pairs[form][suspended_by[to]]++;
    suspended_by[self] = form;
    resumed_by = form;
    switch (form) {
    case OUT_OF_LINE: faden_context_switch(&flow[self], &flow[to]); break;
    case INLINE: faden_context_switch_inline(&flow[self], &flow[to]); break;
    default:
        called = rounds & 1 ? &plain_ops : &finish_ops;
        if (rounds % 5 == 0)
            expect_value(faden__arch_switch_call(called, &flow[self], &flow[to]));
        else if (rounds % 5 < 3)
            expect_value(leaf(&flow[self], &flow[to]));
        else
            expect_value(leaf_with_value(&flow[self], &flow[to], 0));
    }
}

static void entry(void *arg);

static void again(int i)
{
    faden_context_init(&flow[i], stack[i], SIZE, entry, (void *)(intptr_t)i);
    suspended_by[i] = FRESH;
}

static int next_flow(int self, int *form)
{
    int to = 0;
    if (rounds < ROUNDS && !conform_failed())
        while ((to = (int)conform_below(&seed, FLOWS)) == self)
            ;
    *form = (int)conform_below(&seed, 3);
    if (suspended_by[to] == INLINE && *form == CALL && CONFORM_INLINE)
        *form = OUT_OF_LINE;
    if (to && conform_below(&seed, 16) == 0)
        again(to); /* forget what it was: it begins anew */
    return to;
}

static void run(int self)
{
    while (self || (rounds < ROUNDS && !conform_failed())) {
        uint64_t a = conform_random(&seed), b = a * 3;
        conform_real x = (conform_real)(a & 0xffff) * 2;
        int form, to = next_flow(self, &form);
        rounds++;
        hand_over(self, to, form);
        EXPECT(b == a * 3 && x == (conform_real)(a & 0xffff) * 2, "flow %d: live values", self);
    }
}

static void entry(void *arg)
{
    run((int)(intptr_t)arg);
}

void conform_forms(void)
{
    static const char *const names[] = {"out of line", "inline", "call", "fresh"};
    seed = 11;
    rounds = 0;
    for (int i = 1; i < FLOWS; i++)
        again(i);
    run(0);
    for (int by = 0; by < FRESH; by++)
        for (int of = 0; of < KINDS; of++)
            EXPECT((by == CALL && of == INLINE && CONFORM_INLINE) || pairs[by][of] > 100 ||
                       conform_failed(),
                   "%s never resumed %s (%d times)", names[by], names[of], pairs[by][of]);
}
