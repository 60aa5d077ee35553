/* SPDX-License-Identifier: MIT */
/* A backtrace taken inside a context ends at the floor after as many frames as there are. */
#include <unwind.h>

#include "check.h"

#include <faden/context.h>

enum { DEPTH = 20 };

extern void faden__context_start(void);

static faden_context base, other;
static int frames;
static void *last;

static _Unwind_Reason_Code count(struct _Unwind_Context *at, void *arg)
{
    void *ip = (void *)_Unwind_GetIP(at);
    if (++frames > 1000)
        return _URC_NORMAL_STOP;
    if (ip)
        last = _Unwind_FindEnclosingFunction(ip);
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
        last = NULL;
        EXPECT(down(DEPTH) == DEPTH, "down");
        faden_context_switch(&other, &base);
    }
}

int main(void)
{
    static char stack[65536];
    alarm(20);
    faden_context_init(&other, stack, sizeof stack, entry, NULL);
    for (int i = 0; i < 3; i++) {
        faden_context_switch(&base, &other);
#ifdef WITHOUT_TABLES /* an unwinder cannot get far, but must not run away either */
        EXPECT(frames <= 1000, "endless");
        continue;
#endif
        /* `down` DEPTH + 1 times, entry, the C entry, the floor; some report one more, at 0 */
        EXPECT(frames >= DEPTH + 4 && frames <= DEPTH + 5, "%d frames", frames);
        EXPECT(last == (void *)faden__context_start, "the last is %p", last);
    }
    return 0;
}
