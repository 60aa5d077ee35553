/* SPDX-License-Identifier: MIT */
/* The entry function gets its argument in full width, whoever switches first and in which form,
   and nothing of the context is left from its last life. */
#include "check.h"

#include <faden/context.h>

static faden_context base, other;
static void *got;
static int entered;

static void first(void *arg)
{
    got = arg;
    entered = 1;
    faden_context_switch(&other, &base);
}

static void second(void *arg)
{
    got = arg;
    entered = 2;
    faden_context_switch_inline(&other, &base);
}

int main(void)
{
    static char stack[8192];
    uint64_t seed = 9;
    limit_seconds(20);
    for (int i = 0; i < 2000; i++) {
        uint64_t r = next_random(&seed);
        void *arg = i == 0 ? NULL : i == 1 ? (void *)UINTPTR_MAX : (void *)(uintptr_t)r;
        faden_context_init(&other, stack, sizeof stack, i & 1 ? first : second, arg);
        got = &got;
        entered = 0;
        if (i & 2)
            faden_context_switch(&base, &other);
        else
            faden_context_switch_inline(&base, &other);
        EXPECT(got == arg && entered == (i & 1 ? 1 : 2), "%p instead of %p", got, arg);
    }
    return 0;
}
