/* SPDX-License-Identifier: MIT */
/* What debug.py looks at: a coroutine in a coroutine. Their stacks lie one above the other, in one
   order or, with an argument, the other. */
#include <faden/coro.h>

#define NOINLINE __attribute__((noinline))

enum { SIZE = 65536 };
static char stack[2][SIZE];
static faden_coro outer, inner;

NOINLINE void stop_here(void);
NOINLINE void stop_here(void)
{
    __asm__ volatile("");
}

static NOINLINE void *in_inner(void *value)
{
    stop_here();
    return value;
}

static NOINLINE void *in_outer(void *value)
{
    value = faden_coro_resume(&inner, value);
    __asm__ volatile("");
    return value;
}

static NOINLINE void in_main(void)
{
    faden_coro_resume(&outer, &outer);
    __asm__ volatile("");
}

int main(int argc, char **argv)
{
    int first = argc > 1;
    (void)argv;
    if (faden_coro_init(&outer, stack[first], SIZE, in_outer, NULL) < 0 ||
        faden_coro_init(&inner, stack[!first], SIZE, in_inner, NULL) < 0)
        return 1;
    in_main();
    return 0;
}
