/* SPDX-License-Identifier: MIT */
/* A local array as large as the stack: the first write at its far end is reported. */
#include "helpers.h"

__attribute__((noinline)) static void *fn(void *arg)
{
    volatile char array[STACK_SIZE_DEFAULT + 20000];
    __asm__ volatile("" : : "r"(array) : "memory"); /* all of it */
    array[0] = (char)(intptr_t)arg;
    return (void *)(intptr_t)array[0];
}

static void overflow(void *arg)
{
    faden_coro *c;
    (void)arg;
    if (faden_coro_new(&c, fn, (&(faden_coro_attr){.name = "array"})))
        _exit(3);
    faden_coro_resume(c, NULL);
}

int main(void)
{
    struct outcome o;
    run_child(&o, overflow, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'array'");
    size_t below = below_of(&o);
    /* the record, the staggering and the first frames lie above the array */
    EXPECT(below >= 20000 && below < 20000 + 2048 + ARCH_FAULT_GRAIN, "%s", o.text);
}
