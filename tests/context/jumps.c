/* SPDX-License-Identifier: MIT */
/* setjmp and longjmp work inside a context, with switches between the two, as long as one context
   does not jump into another. */
#include <setjmp.h>

#include "check.h"

#include <faden/context.h>

enum { ROUNDS = 1000 };

static faden_context base, flow[2];
static int landed[2];

static NOINLINE void deep(int self, jmp_buf env, int depth)
{
    volatile char room[64];
    memset((void *)room, depth, sizeof room);
    if (depth)
        deep(self, env, depth - 1);
    if (depth & 1)
        faden_context_switch(&flow[self], &base);
    else
        faden_context_switch_inline(&flow[self], &base);
    if (depth == 0)
        longjmp(env, 7);
    EXPECT(room[5] == depth, "a frame");
}

static void entry(void *arg)
{
    int self = (int)(intptr_t)arg;
    for (;;) {
        jmp_buf env;
        volatile int before = landed[self];
        int code = setjmp(env);
        if (code == 0)
            deep(self, env, 5);
        EXPECT(code == 7 && before == landed[self], "setjmp gave %d", code);
        landed[self]++;
    }
}

int main(void)
{
    static char stack[2][32768];
    limit_seconds(20);
    for (int i = 0; i < 2; i++)
        faden_context_init(&flow[i], stack[i], sizeof stack[i], entry, (void *)(intptr_t)i);
    for (int i = 0; i < ROUNDS; i++) {
        faden_context_switch(&base, &flow[0]);
        faden_context_switch_inline(&base, &flow[1]);
    }
    EXPECT(landed[0] == ROUNDS - 1 && landed[1] == ROUNDS - 1, "%d and %d jumps", landed[0],
           landed[1]);
    return 0;
}
