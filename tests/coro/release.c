/* SPDX-License-Identifier: MIT */
/* A coroutine may be released when it never ran, is suspended, or is done; made by new or in place;
   from the base flow and from another coroutine; and its memory serves again. */
#include "check.h"

#include <faden/coro.h>

enum { SIZE = 16384, ROUNDS = 300 };

static void *yields(void *arg)
{
    return faden_coro_yield(arg);
}

static void run_for(faden_coro *c, int times)
{
    for (int i = 0; i < times; i++)
        EXPECT(faden_coro_resume(c, c) == c, "value");
    EXPECT(faden_coro_state_of(c) == (times == 0   ? FADEN_CORO_NEW
                                      : times == 1 ? FADEN_CORO_SUSPENDED
                                                   : FADEN_CORO_DONE), "state");
}

static void in_place(void)
{
    static char stack[SIZE];
    for (int i = 0; i < ROUNDS; i++) {
        faden_coro c;
        EXPECT(faden_coro_init(&c, stack, SIZE, yields, NULL) == 0, "init");
        run_for(&c, i % 3);
        faden_coro_destroy(&c);
        memset(stack, i, SIZE);
        memset(&c, i, sizeof c);
    }
}

static void made_by_new(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        faden_coro_attr attr = {.name = "n", .stack_size = i & 1 ? 0 : 20000};
        faden_coro *c = NULL;
        EXPECT(faden_coro_new(&c, yields, i & 4 ? &attr : NULL) == 0 && c, "new");
        run_for(c, i % 3);
        faden_coro_delete(c);
    }
    faden_coro_delete(NULL);
}

static void *releases_others(void *arg)
{
    in_place();
    made_by_new();
    return arg;
}

int main(void)
{
    static char stack[65536];
    faden_coro c;
    limit_seconds(20);
    in_place();
    made_by_new();
    EXPECT(faden_coro_init(&c, stack, sizeof stack, releases_others, NULL) == 0, "init");
    EXPECT(faden_coro_resume(&c, &c) == &c, "value");
    faden_coro_destroy(&c);
    return 0;
}
