/* SPDX-License-Identifier: MIT */
/*
 * For tools/count-switch: a loop of a number of rounds, each of two switches, to count the
 * instructions of.
 *
 * usage: count KIND ROUNDS      KIND: c, i (context: out of line, inline), r (coroutine)
 */
#include <stdlib.h>

#include <faden/coro.h>

#include "base/report.h"

static faden_context base, other;
static char stack[65536];
static faden_coro coro;

void platform_report(const char *text, size_t n, bool fatal)
{
    abort();
}

static void out_of_line(void *arg)
{
    for (;;)
        faden_context_switch(&other, &base);
}

static void inlined(void *arg)
{
    for (;;)
        faden_context_switch_inline(&other, &base);
}

static void *yields(void *arg)
{
    for (;;)
        arg = faden_coro_yield(arg);
}

static void loop(char kind, long rounds)
{
    if (kind == 'c')
        for (; rounds; rounds--)
            faden_context_switch(&base, &other);
    else if (kind == 'i')
        for (; rounds; rounds--)
            faden_context_switch_inline(&base, &other);
    else
        for (; rounds; rounds--)
            faden_coro_resume(&coro, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    if (*argv[1] == 'r')
        faden_coro_init(&coro, stack, sizeof stack, yields, NULL);
    else
        faden_context_init(&other, stack, sizeof stack, *argv[1] == 'c' ? out_of_line : inlined,
                           NULL);
    loop(*argv[1], atol(argv[2]));
    return 0;
}
