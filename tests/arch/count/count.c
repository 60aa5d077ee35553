/* SPDX-License-Identifier: MIT */
/* What tests/arch/count-switch counts: so many round trips between the main flow and another. */
#include <stdlib.h>

#include <faden/coro.h>

#include "base/report.h"

static faden_context base, other;
static _Alignas(16) char stack[16384];

void platform_report(const char *text, size_t n, bool fatal)
{
    (void)text, (void)n;
    if (fatal)
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
        faden_coro_yield(NULL);
}

/* count FORM ROUNDS */
int main(int argc, char **argv)
{
    char form = argv[1][0];
    int rounds = atoi(argv[2]);
    faden_coro c;
    faden_context_init(&other, stack, sizeof stack, form == 'o' ? out_of_line : inlined, NULL);
    if (form == 'c' && faden_coro_init(&c, stack, sizeof stack, yields, NULL) < 0)
        return 1;
    switch (form) {
    case 'o':
        for (int i = 0; i < rounds; i++)
            faden_context_switch(&base, &other);
        break;
    case 'i':
        for (int i = 0; i < rounds; i++)
            faden_context_switch_inline(&base, &other);
        break;
    default:
        for (int i = 0; i < rounds; i++)
            faden_coro_resume(&c, NULL);
    }
    return 0;
}
