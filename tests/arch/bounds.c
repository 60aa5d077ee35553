/* SPDX-License-Identifier: MIT */
/* A context touches no byte outside of its stack, and the least size is enough for one that only
   switches: in every form, as the first switch and later. */
#include "check.h"
#include "isa.h"

#include <faden/coro.h>

#ifdef __OPTIMIZE__
#define CORO_STACK FADEN_CONTEXT_STACK_MIN
#else /* and so is the library, in the matrix: larger frames */
#define CORO_STACK (2 * FADEN_CONTEXT_STACK_MIN)
#endif

enum { MARGIN = 256, ROOM = 2 * FADEN_CONTEXT_STACK_MIN + 64 };

static faden_context base, other;
static char memory[MARGIN + ROOM + MARGIN];

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
    for (int i = 0; i < 3; i++)
        arg = faden_coro_yield(arg);
    return arg;
}

static void expect_margins(const char *stack, size_t size, const char *what)
{
    for (const char *p = memory; p < memory + sizeof memory; p++)
        if (p < stack || p >= stack + size)
            EXPECT(*p == (char)0xa5, "%s touched the byte at stack%+td of %zu", what, p - stack,
                   size);
}

static void try_context(char *stack, size_t size, void (*entry)(void *), const char *what)
{
    memset(memory, 0xa5, sizeof memory);
    faden_context_init(&other, stack, size, entry, NULL);
    for (int i = 0; i < 3; i++) {
        faden_context_switch(&base, &other);
        faden_context_switch_inline(&base, &other);
    }
    expect_margins(stack, size, what);
}

static void try_coroutine(char *stack, size_t size)
{
    faden_coro c;
    memset(memory, 0xa5, sizeof memory);
    EXPECT(faden_coro_init(&c, stack, size, yields, NULL) == 0, "init");
    for (int i = 0; i < 4; i++)
        EXPECT(faden_coro_resume(&c, &c) == &c, "value %d", i);
    faden_coro_destroy(&c);
    expect_margins(stack, size, "a coroutine");
}

int main(void)
{
    NOT_UNDER_VALGRIND("it looks below the stack pointer");
    alarm(20);
    for (int offset = 0; offset < 33; offset++) {
        for (size_t more = 0; more < 31; more += 3) {
            char *stack = memory + MARGIN + offset;
            size_t size = FADEN_CONTEXT_STACK_MIN + more;
            try_context(stack, size, out_of_line, "the out-of-line switch");
            try_context(stack, size, inlined, "the inline switch");
            try_coroutine(stack, CORO_STACK + more);
        }
    }
    return 0;
}
