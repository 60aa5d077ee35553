/* SPDX-License-Identifier: MIT */
/* A backtrace taken inside a context, at its start and after it was resumed in each form, goes
   through every frame and ends at the floor. */
#include <unwind.h>

#include "conform.h"

enum { DEPTH = 20, MOST = 1000, STACK_BYTES = 65536 };

extern void faden__context_start(void);
extern void faden__context_entry(void (*)(void *), void *);

static faden_context base, other;
static int frames;
static uintptr_t last;
static enum conform_form form;

static _Unwind_Reason_Code count(struct _Unwind_Context *at, void *arg)
{
    uintptr_t ip = _Unwind_GetIP(at);
    if (++frames > MOST)
        return _URC_END_OF_STACK;
    if (ip)
        last = ip;
    return _URC_NO_REASON;
}

static NOINLINE int down(int depth)
{
    if (!depth) {
        _Unwind_Backtrace(count, NULL);
        return 0;
    }
    int below = down(depth - 1);
    __asm__ volatile("" : "+r"(below)); /* no tail call, no loop instead */
    return below + 1;
}

static void entry(void *arg)
{
    for (;;) {
        frames = 0;
        last = 0;
        EXPECT(down(DEPTH) == DEPTH, "down");
        conform_switch[form](&other, &base);
    }
}

/* Was the last address in this function, which is short? */
static bool is_in(uintptr_t function)
{
    return last - (function & ~(uintptr_t)1) < 256; /* Thumb code has odd addresses */
}

void conform_unwind(void)
{
    static _Alignas(16) char stack[STACK_BYTES];
    for (form = 0; form < FORMS; form++) {
        faden_context_init(&other, stack, STACK_BYTES, entry, NULL);
        for (int i = 0; i < 3; i++) {
            conform_switch[form](&base, &other);
            EXPECT(frames <= MOST, "a backtrace does not end");
            /* `down` DEPTH + 1 times, entry, the C entry; then some report the floor, and some
               one more at 0, and some neither */
            EXPECT(frames >= DEPTH + 3 && frames <= DEPTH + 5, "expected %d frames, found %d",
                   DEPTH + 4, frames);
            EXPECT(is_in((uintptr_t)faden__context_start) || is_in((uintptr_t)faden__context_entry),
                   "the last is at %p, the floor at %p", (void *)last,
                   (void *)faden__context_start);
        }
    }
}
