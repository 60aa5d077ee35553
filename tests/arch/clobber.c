/* SPDX-License-Identifier: MIT */
/*
 * The inline forms tell the compiler about every register: more values than there are registers
 * live around the switch while the other side overwrites all of them. Were one register missing
 * in the list, the compiler would keep a value there. Built once for each set of registers that
 * the processor may have (live.h).
 */
#include "check.h"
#include "isa.h"
#include "live.h"

#define EIGHT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define MANY(X)                                                                                 \
    EIGHT(X) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) \
        X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) X(33)
enum { N = 36 };

typedef uint64_t vector __attribute__((vector_size(LIVE_VECTOR)));

static faden_context base, trash;
static volatile struct {
    uint64_t i[N];
    double d[N];
    long double x[N];
    vector v[N];
} in;
static int level;

static void trash_entry(void *arg)
{
    for (;;)
        isa_trash_switch(&trash, &base, level);
}

static struct faden__next pick(void *from, void *to, void *own_sp, struct faden__switch_ops *o)
{
    ((faden_context *)from)->sp = own_sp;
    return (struct faden__next){((faden_context *)to)->sp, NULL};
}

static struct faden__switch_ops ops = {.pick = pick};

#define INLINE() faden_context_switch_inline(&base, &trash)
#define CALL() faden__arch_switch_call(&ops, &base, &trash)

#define INT(n) uint64_t i##n = in.i[n];
#define INT_CHECK(n) bad |= i##n != in.i[n];
#define DOUBLE(n) double d##n = in.d[n];
#define DOUBLE_CHECK(n) bad |= d##n != in.d[n];
#define LONG_DOUBLE(n) long double x##n = in.x[n];
#define LONG_DOUBLE_CHECK(n) bad |= x##n != in.x[n];
#define VECTOR(n) vector v##n = in.v[n];
#define VECTOR_CHECK(n)     \
    {                       \
        vector w = in.v[n]; \
        bad |= v##n[0] != w[0] || v##n[sizeof w / 8 - 1] != w[sizeof w / 8 - 1]; \
    }

#define ONE(X) X(0)

/* F(name, how many, before, after). One long double alone: where many are live, gcc keeps none in
   the last x87 register. */
#define KINDS(F)                                        \
    F(long_double, ONE, LONG_DOUBLE, LONG_DOUBLE_CHECK) \
    F(ints, MANY, INT, INT_CHECK)                       \
    F(doubles, MANY, DOUBLE, DOUBLE_CHECK)              \
    F(long_doubles, EIGHT, LONG_DOUBLE, LONG_DOUBLE_CHECK) \
    F(vectors, MANY, VECTOR, VECTOR_CHECK)              \
    LIVE_KINDS(F)

/* The values, the switch, the values again; one function for each kind and each form. */
#define LIVE(name, COUNT, BEFORE, AFTER, SWITCH) \
    LIVE_TARGET static NOINLINE int name(void)   \
    {                                            \
        int bad = 0;                             \
        COUNT(BEFORE)                            \
        SWITCH();                                \
        COUNT(AFTER)                             \
        return bad;                              \
    }
#define BOTH_FORMS(name, COUNT, BEFORE, AFTER)        \
    LIVE(name##_inline, COUNT, BEFORE, AFTER, INLINE) \
    LIVE(name##_call, COUNT, BEFORE, AFTER, CALL)
KINDS(BOTH_FORMS)

#define ROWS(name, COUNT, BEFORE, AFTER) \
    {name##_inline, #name ", inline"}, {name##_call, #name ", call"},
static const struct {
    int (*run)(void);
    const char *name;
} tests[] = {KINDS(ROWS)};

int main(void)
{
    static char stack[16384];
    uint64_t seed = 3;
    NOT_UNDER_VALGRIND("not all registers");
    alarm(20);
    level = isa_level();
    if (level < LIVE_LEVEL)
        SKIP("this processor does not have the registers");
    for (int i = 0; i < N; i++) {
        in.i[i] = next_random(&seed);
        in.d[i] = (double)(next_random(&seed) >> 12);
        in.x[i] = (long double)next_random(&seed) / 3;
        for (size_t k = 0; k < sizeof(vector) / 8; k++)
            in.v[i][k] = next_random(&seed);
    }
    faden_context_init(&trash, stack, sizeof stack, trash_entry, NULL);
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
            int bad = tests[i].run();
            LIVE_END();
            EXPECT(!bad, "%s: a value changed across the switch", tests[i].name);
            EXPECT(isa_direction_is_clear(), "%s: the direction flag", tests[i].name);
        }
    }
    return 0;
}
