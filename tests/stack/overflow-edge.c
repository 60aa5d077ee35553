/* SPDX-License-Identifier: MIT */
/* The edges of a guard, byte by byte: the lowest byte of the stack is good, the one below faults
   and says so, the lowest of the guard too; what lies below that is not this coroutine's. */
#include "helpers.h"

static const faden_coro_attr attr = {.name = "edge", .stack_size = 48 << 10};
static size_t guard;

static void *touch(void *offset)
{
    char *low = faden_coro_self()->stack;
    *(volatile char *)(low + (intptr_t)offset) = 1;
    return NULL;
}

static void child(void *offset)
{
    faden_coro *below, *c; /* slots are given from low to high: `below` has the one below */
    if (faden_coro_new(&below, touch, &attr) || faden_coro_new(&c, touch, &attr))
        _exit(3);
    if (c->stack - below->stack != 65536)
        _exit(4);
    faden_coro_resume(c, offset);
}

/* With a report or without. */
static void expect_end(intptr_t offset, bool report)
{
    struct outcome o;
    run_child(&o, child, (void *)offset);
    if (!report) {
        expect_exit(&o, 0);
        EXPECT(!*o.text, "it said: %s", o.text);
        return;
    }
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'edge'");
    expect_below(&o, (size_t)-offset);
}

int main(void)
{
    struct stack s = {.shift = (uint8_t)stack_shift_for(attr.stack_size)};
    guard = stack_guard_size(&s);
    EXPECT(guard == 16384, "%zu", guard);
    expect_end(0, false);
    expect_end(-1, true);
    expect_end(-4096, true);
    expect_end(-4097, true);
    expect_end(-(intptr_t)guard, true);
    expect_end(-(intptr_t)guard - 1, false); /* the slot below: out of a guard's reach */
}
