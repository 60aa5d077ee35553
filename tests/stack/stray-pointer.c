/* SPDX-License-Identifier: MIT */
/* An access to the guard of a coroutine that does not run is no overflow: it is told apart, and
   goes on to the handler that was there before. In the guard of a stack in no use nothing is
   said. */
#include "helpers.h"

static void *fn(void *arg)
{
    return arg;
}

static void before(int sig)
{
    (void)sig;
    _exit(9);
}

static void child(void *deleted)
{
    faden_coro *c;
    signal(SIGSEGV, before);
    if (faden_coro_new(&c, fn, (&(faden_coro_attr){.name = "quiet"})))
        _exit(3);
    char *low = c->stack;
    if (deleted)
        faden_coro_delete(c);
    *(volatile char *)(low - 8) = 1;
}

int main(void)
{
    struct outcome o;
    run_child(&o, child, NULL);
    expect_exit(&o, 9);
    expect_text(&o, "in the guard 8 bytes below the stack of coroutine 'quiet' (made at ");
    expect_text(&o, "which does not run on this thread: a stray pointer");
    run_child(&o, child, (void *)1);
    expect_exit(&o, 9);
    EXPECT(!*o.text, "it said: %s", o.text);
}
