/* SPDX-License-Identifier: MIT */
/* Calls of every shape that are under way while others run: variable arguments (integers and
   floating point, in registers and on the stack), structures by value, large and small, returned
   in registers and in memory, long double, and arrays of variable length. */
#include <stdarg.h>

#include "conform.h"

enum { ROUNDS = 4000, SIZE = 32768 };

struct small {
    int a;
    conform_real b;
};
struct large {
    uint64_t w[9];
};

static faden_context base, flow[2];

/* Go away and come back, in either form. */
static inline void away(int which)
{
    if (which & 1)
        faden_context_switch(&flow[which], &base);
    else
        faden_context_switch_inline(&flow[which], &base);
}

static NOINLINE conform_real sum(int which, int n, ...)
{
    va_list args, again;
    conform_real total = 0;
    va_start(args, n);
    va_copy(again, args);
    for (int i = 0; i < n; i++) {
        total += va_arg(args, int);
        away(which);
        total += va_arg(args, conform_real);
    }
    va_end(args);
    away(which);
    for (int i = 0; i < n; i++) {
        total += va_arg(again, int);
        total += va_arg(again, conform_real);
    }
    va_end(again);
    return total;
}

static NOINLINE struct small make_small(int which, int a, conform_real b)
{
    struct small s = {a, b};
    away(which);
    return s;
}

static NOINLINE struct large make_large(int which, struct large in, struct small s)
{
    away(which);
    for (int i = 0; i < 9; i++)
        in.w[i] += (uint64_t)s.a;
    away(which);
    return in;
}

static NOINLINE conform_long_real make_long(int which, conform_long_real x, conform_real y)
{
    away(which);
    return x * 2 + y;
}

static NOINLINE unsigned variable_array(int which, int n)
{
    _Alignas(64) volatile unsigned char fixed[96];
    volatile unsigned char array[n];
    unsigned total = 0;
    for (int i = 0; i < n; i++)
        array[i] = (unsigned char)(i + which);
    __builtin_memset((void *)fixed, 1, sizeof fixed);
    for (int i = 0; i < 3; i++) {
        volatile char *more = __builtin_alloca((size_t)n);
        more[n - 1] = 1;
        away(which);
        total += (unsigned)more[n - 1] + fixed[95];
    }
    for (int i = 0; i < n; i++)
        total += (unsigned)array[i] - (unsigned)(unsigned char)(i + which);
    return total;
}

/* The switch as a part of an expression that has other parts under way. */
static NOINLINE int in_expression(int which, int a)
{
    return a * 3 + ({
               away(which);
               a;
           }) +
           (int)sum(which, 1, ({
                        away(which);
                        2;
                    }),
                    (conform_real)5) *
               2 -
           a * 4;
}

#define R(n) ((conform_real)(n))

static void entry(void *arg)
{
    int which = (int)(intptr_t)arg;
    for (int k = 1;; k++) {
        conform_real s =
            sum(which, 7, k, R(5), 2, R(15), 3, R(25), 4, R(35), 5, R(45), 6, R(55), 7, R(65));
        EXPECT(s == 2 * (R(k) + 27 + 245), "variable arguments: expected %d, found %d",
               2 * (k + 27 + 245), (int)s);
        struct small small = make_small(which, k, R(k) * 4);
        EXPECT(small.a == k && small.b == R(k) * 4, "a structure in registers");
        struct large in = {{1, 2, 3, 4, 5, 6, 7, 8, 9}}, out = make_large(which, in, small);
        for (uint64_t i = 0; i < 9; i++)
            EXPECT(out.w[i] == i + 1 + (uint64_t)k, "word %d of a structure in memory", (int)i);
        EXPECT(make_long(which, k, R(5)) == 2 * (conform_long_real)k + 5, "long double");
        EXPECT(variable_array(which, 10 + k % 50) == 6, "arrays of variable length");
        EXPECT(in_expression(which, k) == 28, "an expression");
    }
}

void conform_calls(void)
{
    static _Alignas(16) char stack[2][SIZE];
    for (int i = 0; i < 2; i++)
        faden_context_init(&flow[i], stack[i], SIZE, entry, (void *)(intptr_t)i);
    for (int i = 0; i < ROUNDS; i++)
        faden_context_switch(&base, &flow[i & 1]);
}
