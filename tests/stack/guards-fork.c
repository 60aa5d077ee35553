/* SPDX-License-Identifier: MIT */
/* A child process inherits stacks with their guards, and can make more of them. */
#include "helpers.h"

enum { STACKS = 100 };

static struct stack *stacks[STACKS];
static faden_coro *coro;

static void child(void *arg)
{
    (void)arg;
    for (int i = 0; i < STACKS; i++) {
        struct stack *more = stack_get_slow(NULL, stacks[i]->shift);
        EXPECT(is_guarded(stack_low(stacks[i]) - 1) && is_guarded(guard_low(stacks[i])),
               "inherited stack %d", i);
        EXPECT(more && is_guarded(stack_low(more) - 1), "new stack %d", i);
        *(volatile char *)stack_low(more) = 1;
        *(volatile char *)stack_low(stacks[i]) = 2;
    }
    faden_coro_resume(coro, NULL); /* and its overflow is reported */
}

static void *smash(void *arg)
{
    (void)arg;
    *(volatile char *)(faden_coro_self()->stack - 1) = 1;
    return NULL;
}

int main(void)
{
    SKIP_VALGRIND("a fault may not be repeated");
    struct outcome o;
    for (int i = 0; i < STACKS; i++) {
        stacks[i] = stack_get_slow(NULL, (unsigned)stack_shift_for(STACK_SIZE_DEFAULT));
        EXPECT(stacks[i], "no stack");
        *(volatile char *)stack_low(stacks[i]) = 1;
    }
    EXPECT(faden_coro_new(&coro, smash, (&(faden_coro_attr){.name = "child"})) == 0,
           "no coroutine");
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'child'");
    for (int i = 0; i < STACKS; i++)
        EXPECT(*(volatile char *)stack_low(stacks[i]) == 1, "the parent's stack %d", i);
}
