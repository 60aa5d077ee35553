/* SPDX-License-Identifier: MIT */
/* An access to the guard of a coroutine that does not run is no overflow: it is told apart, and
   goes on to the handler that was there before. In the guard of a stack in no use, or above a guard
   in a page that the program has protected, nothing is said. */
#include <sys/mman.h>

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

enum which { IDLE, DELETED, PROTECTED };

static void child(void *which)
{
    faden_coro *c;
    signal(SIGSEGV, before);
    if (faden_coro_new(&c, fn, (&(faden_coro_attr){.name = "quiet"})))
        _exit(3);
    char *low = c->stack;
    if (which == (void *)DELETED)
        faden_coro_delete(c);
    if (which == (void *)PROTECTED) {
        mprotect(low, 4096, PROT_NONE);
        *(volatile char *)low = 1;
    }
    *(volatile char *)(low - 8) = 1;
}

int main(void)
{
    struct outcome o;
    run_child(&o, child, NULL);
    expect_exit(&o, 9);
    expect_text(&o, ", in the guard ");
    expect_below(&o, 8);
    expect_text(&o, " bytes below the stack of coroutine 'quiet' (made at ");
    expect_text(&o, "which does not run on this thread: a stray pointer");
    for (intptr_t which = DELETED; which <= PROTECTED; which++) {
        run_child(&o, child, (void *)which);
        expect_exit(&o, 9);
        EXPECT(!*o.text, "it said: %s", o.text);
    }
}
