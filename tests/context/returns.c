/* SPDX-License-Identifier: MIT */
/* A context whose entry function returns panics, and says so; in both forms of the switch. */
#include "check.h"

#include <faden/context.h>

static faden_context base, other;
static char stack[65536];

static void at_once(void *arg)
{
}

static void later(void *arg)
{
    faden_context_switch(&other, &base);
}

static void out_of_line(void *entry)
{
    faden_context_init(&other, stack, sizeof stack, entry == &other ? later : at_once, NULL);
    faden_context_switch(&base, &other);
    faden_context_switch(&base, &other);
}

static void inlined(void *entry)
{
    faden_context_init(&other, stack, sizeof stack, entry == &other ? later : at_once, NULL);
    faden_context_switch_inline(&base, &other);
    faden_context_switch_inline(&base, &other);
}

static void by_hand(void *arg)
{
    faden_context_returned();
}

int main(void)
{
    static const char text[] =
        "context returned: the entry function of a context ended, but a context has no caller. "
        "Let it switch to another context for good, or use a coroutine.";
    limit_seconds(20);
    expect_panic(out_of_line, NULL, text);
    expect_panic(out_of_line, &other, text);
    expect_panic(inlined, NULL, text);
    expect_panic(inlined, &other, text);
    expect_panic(by_hand, NULL, text);
    return 0;
}
