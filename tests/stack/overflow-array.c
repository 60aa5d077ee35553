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
    size_t below = 0;
    run_child(&o, overflow, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'array'");
    const char *p = strstr(o.text, "the fault is at ");
    EXPECT(p && sscanf(p, "the fault is at %*[0-9a-fx], %zu bytes below it.", &below) == 1, "%s",
           o.text);
    /* the record, the staggering and the first frames lie above the array */
    EXPECT(below >= 20000 && below < 20000 + 2048, "%s", o.text);
}
