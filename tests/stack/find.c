/* SPDX-License-Identifier: MIT */
/* stack_find gives the slot of an address, guard included, and nothing else: not for slots never
   given out, not for other memory. */
#include "helpers.h"

enum { STACKS = 200 };

static void expect_found(struct stack *s)
{
    EXPECT(stack_find(guard_low(s)) == s, "lowest byte of the guard");
    EXPECT(stack_find(stack_low(s) - 1) == s, "highest byte of the guard");
    EXPECT(stack_find(stack_low(s)) == s, "lowest byte");
    EXPECT(stack_find(s->top - 1) == s, "highest byte");
    EXPECT(stack_find(guard_low(s) - 1) != s && stack_find(s->top) != s, "its neighbours");
}

int main(void)
{
    struct stack *stacks[STACKS], *highest = NULL;
    int local = 0;
    EXPECT(!stack_find(&local) && !stack_find(NULL) && !stack_find((void *)UINTPTR_MAX),
           "before there are any");
    for (int i = 0; i < STACKS; i++) {
        stacks[i] = stack_get_slow(NULL, i % 2 ? 18 : 14 + (unsigned)i % 10);
        EXPECT(stacks[i], "no stack");
    }
    for (int i = 0; i < STACKS; i++) {
        expect_found(stacks[i]);
        if (stacks[i]->shift == 18 && (!highest || stacks[i]->top > highest->top))
            highest = stacks[i];
    }
    EXPECT(!stack_find(&local) && !stack_find(NULL) && !stack_find((void *)UINTPTR_MAX),
           "other memory");
    EXPECT(!stack_find(highest->top), "the next slot was never given out");
}
