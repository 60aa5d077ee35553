/* SPDX-License-Identifier: MIT */
/*
 * The inline forms tell the compiler about every register: more values than there are registers
 * live around the switch while the other side overwrites all of them. Were one register missing
 * in the list, the compiler would keep a value there.
 */
#include "conform.h"
#include "probe.h"

#define EIGHT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define MANY(X) \
    EIGHT(X)    \
    X(8)        \
    X(9)        \
    X(10)       \
    X(11)       \
    X(12)       \
    X(13)       \
    X(14)       \
    X(15)       \
    X(16)       \
    X(17)       \
    X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) X(33)
enum { N = 36, ROUNDS = 20 };

typedef uint64_t vector __attribute__((vector_size(16)));

static faden_context base, other;
static volatile struct {
    uintptr_t i[N];
    conform_real d[N];
    conform_long_real x[N];
    vector v[N];
} in;
static uint64_t seed;
static int shared; /* the other side sets it to 2 */

static void trash(void *arg)
{
    static struct probe p;
    for (;;) {
        shared = 2;
        p.fn = (void (*)(void *, void *))faden_context_switch;
        p.a = &other;
        p.b = &base;
        p.junk = (uintptr_t)conform_random(&seed);
        for (unsigned i = 0; i < PROBE_BYTES; i++)
            p.in[i] = (unsigned char)(conform_random(&seed) >> 24);
        probe_possible(&p);
        probe_call(&p);
    }
}

static struct faden__next pick(void *from, void *to, void *own_sp, struct faden__switch_ops *o)
{
    ((faden_context *)from)->sp = own_sp;
    return (struct faden__next){((faden_context *)to)->sp, NULL};
}

static struct faden__switch_ops ops = {.pick = pick};

#define BY_INLINE() faden_context_switch_inline(&base, &other)
#define BY_CALL() faden__arch_switch_call(&ops, &base, &other)

#define INT(n) uintptr_t i##n = in.i[n];
#define INT_CHECK(n) bad |= i##n != in.i[n];
#define REAL(n) conform_real d##n = in.d[n];
#define REAL_CHECK(n) bad |= d##n != in.d[n];
#define LONG_REAL(n) conform_long_real x##n = in.x[n];
#define LONG_REAL_CHECK(n) bad |= x##n != in.x[n];
#define VECTOR(n) vector v##n = in.v[n];
#define VECTOR_CHECK(n)                            \
    {                                              \
        vector w = in.v[n];                        \
        bad |= v##n[0] != w[0] || v##n[1] != w[1]; \
    }

#define ONE(X) X(0)
#define MEMORY(n) shared = 1;
#define MEMORY_CHECK(n) bad |= shared != 2;

/* F(name, how many, before, after) */
#define KINDS(F)                                     \
    F(integers, MANY, INT, INT_CHECK)                \
    F(reals, MANY, REAL, REAL_CHECK)                 \
    F(long_reals, EIGHT, LONG_REAL, LONG_REAL_CHECK) \
    F(vectors, MANY, VECTOR, VECTOR_CHECK)           \
    F(memory, ONE, MEMORY, MEMORY_CHECK)

/* The values, the switch, the values again; one function for each kind and each form. */
#define LIVE(name, COUNT, BEFORE, AFTER, SWITCH) \
    static NOINLINE int name(void)               \
    {                                            \
        int bad = 0;                             \
        COUNT(BEFORE)                            \
        SWITCH();                                \
        COUNT(AFTER)                             \
        return bad;                              \
    }
#define BOTH_FORMS(name, COUNT, BEFORE, AFTER)           \
    LIVE(name##_inline, COUNT, BEFORE, AFTER, BY_INLINE) \
    LIVE(name##_call, COUNT, BEFORE, AFTER, BY_CALL)
KINDS(BOTH_FORMS)

#define ROWS(name, COUNT, BEFORE, AFTER) \
    {name##_inline, #name ", inline"}, {name##_call, #name ", call"},
static const struct {
    int (*run)(void);
    const char *name;
} kinds[] = {KINDS(ROWS)};

void conform_live(void)
{
    static _Alignas(16) char stack[16384];
    seed = 3;
    for (int i = 0; i < N; i++) {
        in.i[i] = (uintptr_t)conform_random(&seed);
        in.d[i] = (conform_real)(conform_random(&seed) >> 12);
        in.x[i] = (conform_long_real)(conform_random(&seed) >> 3) * 2 + 1;
        in.v[i] = (vector){conform_random(&seed), conform_random(&seed)};
    }
    faden_context_init(&other, stack, sizeof stack, trash, NULL);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            EXPECT(!kinds[i].run(), "%s: a value changed across the switch", kinds[i].name);
}
