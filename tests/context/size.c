/* SPDX-License-Identifier: MIT */
/* A stack that is too small is refused with its size in the report; the least one is taken. */
#include "check.h"

#include <faden/context.h>

static char stack[FADEN_CONTEXT_STACK_MIN];

static void entry(void *arg)
{
}

static void with_size(void *size)
{
    faden_context ctx;
    faden_context_init(&ctx, stack, (size_t)(uintptr_t)size, entry, NULL);
}

int main(void)
{
    static const size_t sizes[] = {0, 1, 100, FADEN_CONTEXT_STACK_MIN - 1};
    char text[256];
    limit_seconds(20);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        snprintf(text, sizeof text,
                 "faden_context_init: a stack of %zu bytes is too small; %d is the least",
                 sizes[i], FADEN_CONTEXT_STACK_MIN);
        expect_panic(with_size, (void *)(uintptr_t)sizes[i], text);
    }
    with_size((void *)FADEN_CONTEXT_STACK_MIN);
    return 0;
}
