/* SPDX-License-Identifier: MIT */
/* A backtrace taken inside a context ends at the floor after as many frames as there are. */
#include <unwind.h>

#include "check.h"

#include <faden/context.h>

enum { DEPTH = 20 };

extern void faden__context_start(void), faden__context_entry(void);

static faden_context base, other;
static int frames;
static uintptr_t last;

static _Unwind_Reason_Code count(struct _Unwind_Context *at, void *arg)
{
    if (++frames > 1000)
        return _URC_END_OF_STACK;
    if (_Unwind_GetIP(at))
        last = _Unwind_GetRegionStart(at);
    return _URC_NO_REASON;
}

/* An address of code may tell by its lowest bit which instruction set it has. */
static bool is_in(void (*fn)(void))
{
    return (last | 1) == ((uintptr_t)fn | 1);
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
        faden_context_switch(&other, &base);
    }
}

int main(void)
{
    static char stack[65536];
    limit_seconds(20);
    faden_context_init(&other, stack, sizeof stack, entry, NULL);
    for (int i = 0; i < 3; i++) {
        faden_context_switch(&base, &other);
#ifdef WITHOUT_TABLES /* an unwinder cannot get far, but must not run away either */
        EXPECT(frames <= 1000, "endless");
        continue;
#endif
        /* `down` DEPTH + 1 times, entry, the C entry, the floor; some report one more, at 0; where
           a table can say that nothing is above, the floor itself is not reported */
        bool at_floor = is_in(faden__context_start), at_entry = is_in(faden__context_entry);
        EXPECT(frames >= DEPTH + 3 + at_floor && frames <= DEPTH + 3 + 2 * at_floor, "%d frames",
               frames);
        EXPECT(at_floor || at_entry, "the last is %#jx", (uintmax_t)last);
    }
    return 0;
}
