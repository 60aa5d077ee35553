/* SPDX-License-Identifier: MIT */
/* What gdb.py steps through: every form of the switch, with two chains of callers as in walk.h. */
#include "check.h"
#include "isa.h"

#include <faden/coro.h>

enum { SIZE = 65536, FORMS = 3 };

char target_stack[2][SIZE];
volatile int target_on; /* gdb watches the steps while this is 1 */
static volatile int form;
static faden_context base, other;
static faden_coro coro;

static NOINLINE void inner_context(void *arg)
{
    for (;;) {
        if (form == 0)
            faden_context_switch(&other, &base);
        else if (form == 1)
            faden_context_switch_inline(&other, &base);
        else
            faden_coro_yield(NULL);
    }
}

static NOINLINE void context_body(void *arg)
{
    isa_frame_b(inner_context, arg, 1);
    abort();
}

static NOINLINE void *coro_body(void *arg)
{
    isa_frame_b(inner_context, arg, 1);
    abort();
}

static NOINLINE void inner_base(void *arg)
{
    target_on = 1;
    for (int i = 0; i < 2; i++) {
        if (form == 0)
            faden_context_switch(&base, &other);
        else if (form == 1)
            faden_context_switch_inline(&base, &other);
        else
            faden_coro_resume(&coro, NULL);
    }
    target_on = 0;
}

static NOINLINE void on_base(void)
{
    isa_frame(inner_base, NULL, 1);
    __asm__ volatile("");
}

void target_begin(void);
NOINLINE void target_begin(void)
{
    __asm__ volatile("");
}

int main(void)
{
    alarm(60);
    EXPECT(faden_coro_init(&coro, target_stack[1], SIZE, coro_body, NULL) == 0, "init");
    for (form = 0; form < FORMS; form = form + 1) {
        faden_context_init(&other, target_stack[0], SIZE, context_body, NULL);
        target_begin();
        on_base();
    }
    return 0;
}
