/* SPDX-License-Identifier: MIT */
/*
 * The inline forms in code that is compiled for the vector extension: more vectors than there are
 * registers live around the switch, while the other side overwrites all of them and sets another
 * type. Were one missing in the list of arch.h, the compiler would keep a value there.
 */
#include "check.h"

#include <riscv_vector.h>

#include <faden/context.h>

#define EIGHT(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
#define MANY(X) EIGHT(X, ) X(8) X(9) EIGHT(X, 1) X(18) X(19) EIGHT(X, 2) X(28) X(29) EIGHT(X, 3)
enum { N = 38, WIDEST = 256, ROUNDS = 20 };

static faden_context base, other;
static unsigned char in[N][WIDEST], now[WIDEST];
static uint64_t seed = 3;

static void trash(void *arg)
{
    for (;;) {
        __asm__ volatile("vsetvli t0, zero, e8, m8, ta, ma\n\t"
                         "li t0, 0x55\n\t"
                         "vmv.v.x v0, t0\n\tvmv.v.x v8, t0\n\t"
                         "vmv.v.x v16, t0\n\tvmv.v.x v24, t0\n\t"
                         "vsetivli t0, 1, e64, m1, ta, ma" ::
                             : "t0", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9",
                               "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",
                               "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
                               "v30", "v31");
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

#define VECTOR(n) vuint8m1_t v##n = vle8_v_u8m1(in[n], vl);
#define VECTOR_CHECK(n)         \
    vse8_v_u8m1(now, v##n, vl); \
    bad |= memcmp(now, in[n], vl) != 0;

#define AROUND(how)                         \
    static NOINLINE bool around_##how(void) \
    {                                       \
        size_t vl = vsetvlmax_e8m1();       \
        bool bad = false;                   \
        MANY(VECTOR)                        \
        how();                              \
        MANY(VECTOR_CHECK)                  \
        return bad;                         \
    }
AROUND(INLINE)
AROUND(CALL)

int main(void)
{
    static _Alignas(16) char stack[65536];
    limit_seconds(60);
    faden_context_init(&other, stack, sizeof stack, trash, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        for (int n = 0; n < N; n++)
            for (int k = 0; k < WIDEST; k++)
                in[n][k] = (unsigned char)next_random(&seed);
        EXPECT(!around_INLINE(), "a vector around the inline form");
        EXPECT(!around_CALL(), "a vector around the call");
    }
    return 0;
}
