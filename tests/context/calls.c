/* SPDX-License-Identifier: MIT */
/* Calls of every shape that are under way while others run: variable arguments (integers and
   floating point, in registers and on the stack), structures by value, large and small, returned
   in registers and in memory, long double, and arrays of variable length. */
#include <stdarg.h>

#include "check.h"

#include <faden/context.h>

struct small {
    int a;
    double b;
};
struct large {
    uint64_t w[9];
};

static faden_context base, flow[2];
static int self; /* whose turn it is */

/* Go away and come back, in either form. */
static inline void away(int which)
{
    if (which & 1)
        faden_context_switch(&flow[which], &base);
    else
        faden_context_switch_inline(&flow[which], &base);
}

static NOINLINE double sum(int which, int n, ...)
{
    va_list args, again;
    double total = 0;
    va_start(args, n);
    va_copy(again, args);
    for (int i = 0; i < n; i++) {
        total += va_arg(args, int);
        away(which);
        total += va_arg(args, double);
    }
    va_end(args);
    away(which);
    for (int i = 0; i < n; i++) {
        total += va_arg(again, int);
        total += va_arg(again, double);
    }
    va_end(again);
    return total;
}

static NOINLINE struct small make_small(int which, int a, double b)
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

static NOINLINE long double make_long(int which, long double x, float f)
{
    away(which);
    return x * 2 + f;
}

static NOINLINE unsigned variable_array(int which, int n)
{
    _Alignas(64) volatile unsigned char fixed[96];
    volatile unsigned char array[n];
    unsigned total = 0;
    for (int i = 0; i < n; i++)
        array[i] = (unsigned char)(i + which);
    memset((void *)fixed, 1, sizeof fixed);
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
    return a * 3 + ({ away(which); a; }) + sum(which, 1, ({ away(which); 2; }), 0.5) * 2 - a * 4;
}

static void entry(void *arg)
{
    int which = (int)(intptr_t)arg;
    for (int k = 1;; k++) {
        double s = sum(which, 7, k, 0.5, 2, 1.5, 3, 2.5, 4, 3.5, 5, 4.5, 6, 5.5, 7, 6.5);
        EXPECT(s == 2 * (k + 27 + 24.5), "variable arguments: %f", s);
        struct small small = make_small(which, k, k * 0.25);
        EXPECT(small.a == k && small.b == k * 0.25, "a structure in registers");
        struct large in = {{1, 2, 3, 4, 5, 6, 7, 8, 9}}, out = make_large(which, in, small);
        for (uint64_t i = 0; i < 9; i++)
            EXPECT(out.w[i] == i + 1 + (uint64_t)k, "a structure in memory");
        EXPECT(make_long(which, k, 0.5f) == 2.0L * k + 0.5L, "long double");
        EXPECT(variable_array(which, 10 + k % 50) == 6, "arrays of variable length");
        EXPECT(in_expression(which, k) == 10, "an expression");
    }
}

int main(void)
{
    static char stack[2][65536];
    limit_seconds(20);
    for (int i = 0; i < 2; i++)
        faden_context_init(&flow[i], stack[i], sizeof stack[i], entry, (void *)(intptr_t)i);
    for (int i = 0; i < 20000; i++) {
        self = i & 1;
        faden_context_switch(&base, &flow[self]);
    }
    return 0;
}
