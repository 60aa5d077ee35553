/* SPDX-License-Identifier: MIT */
/*
 * The inline forms in code that is compiled for SVE: more vectors and predicates than there are
 * registers live around the switch, in full width, while the other side overwrites all of them.
 * Were one missing in the list of arch.h, the compiler would keep a value there.
 */
#include <arm_sve.h>

#include "check.h"

#include <faden/context.h>

#define EIGHT(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
#define MANY(X) EIGHT(X, ) X(8) X(9) EIGHT(X, 1) X(18) X(19) EIGHT(X, 2) X(28) X(29) EIGHT(X, 3)
enum { N = 38, WIDEST = 256, ROUNDS = 20 };

static faden_context base, other;
static unsigned char in[N][WIDEST];
static _Alignas(32) unsigned char image[N][WIDEST / 8], now[WIDEST / 8];
static uint64_t seed = 3;

static void trash(void *arg)
{
    for (;;) {
        __asm__ volatile(
            "setffr\n\t"
            ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
            "pfalse p\\n\\().b\n\tdup z\\n\\().b, #0x55\n\t"
            ".endr\n\t"
            ".irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
            "dup z\\n\\().b, #0x55\n\t"
            ".endr" ::
                : "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10", "z11", "z12",
                  "z13", "z14", "z15", "z16", "z17", "z18", "z19", "z20", "z21", "z22", "z23",
                  "z24", "z25", "z26", "z27", "z28", "z29", "z30", "z31", "p0", "p1", "p2", "p3",
                  "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15");
        faden_context_switch(&other, &base);
    }
}

static struct faden__next pick(void *from, void *to, void *own_sp, struct faden__switch_ops *o)
{
    ((faden_context *)from)->sp = own_sp;
    return (struct faden__next){((faden_context *)to)->sp, NULL};
}

static struct faden__switch_ops ops = {.pick = pick};

#define INLINE() faden_context_switch_inline(&base, &other)
#define CALL() faden__arch_switch_call(&ops, &base, &other)

#define VECTOR(n) svuint8_t v##n = svld1(all, in[n]);
#define VECTOR_CHECK(n) bad |= svptest_any(all, svcmpne(all, v##n, svld1(all, in[n])));
/* Not looked at under a predicate, which may be the one that is lost. */
#define PREDICATE(n)                                      \
    svbool_t p##n = svcmpgt(all, svld1(all, in[n]), 127); \
    *(svbool_t *)image[n] = p##n;
#define PREDICATE_CHECK(n)   \
    *(svbool_t *)now = p##n; \
    bad |= memcmp(now, image[n], svcntd()) != 0;

#define AROUND(name, how, before, after)    \
    static NOINLINE bool name##_##how(void) \
    {                                       \
        svbool_t all = svptrue_b8();        \
        bool bad = false;                   \
        MANY(before)                        \
        how();                              \
        MANY(after)                         \
        return bad;                         \
    }
AROUND(vectors, INLINE, VECTOR, VECTOR_CHECK)
AROUND(vectors, CALL, VECTOR, VECTOR_CHECK)
AROUND(predicates, INLINE, PREDICATE, PREDICATE_CHECK)
AROUND(predicates, CALL, PREDICATE, PREDICATE_CHECK)

int main(void)
{
    static _Alignas(16) char stack[65536];
    limit_seconds(60);
    faden_context_init(&other, stack, sizeof stack, trash, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        for (int n = 0; n < N; n++)
            for (int k = 0; k < WIDEST; k++)
                in[n][k] = (unsigned char)next_random(&seed);
        EXPECT(!vectors_INLINE(), "a vector around the inline form");
        EXPECT(!predicates_INLINE(), "a predicate around the inline form");
        EXPECT(!vectors_CALL(), "a vector around the call");
        EXPECT(!predicates_CALL(), "a predicate around the call");
    }
    return 0;
}
