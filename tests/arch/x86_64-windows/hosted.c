/* SPDX-License-Identifier: MIT */
/*
 * The conformance program as a Windows process, and what only Windows wants to know: the bounds of
 * the stack in the thread's block, frames of 64 KiB, unwinding through the floor frame.
 *
 *      conform [TRANSFERS]        Exit: 0 all passed, 1 not.
 */
#include <windows.h>

#include <io.h>
#include <stdlib.h>

#include "../conform/conform.h"
#include "base/report.h"

enum { STACK_BYTES = 256 * 1024, LARGE = 64 * 1024, FRAMES = 32 };

static faden_context base, other;
static _Alignas(16) char stack[STACK_BYTES];

struct bounds {
    char *high, *low, *lowest;
};

static NOINLINE struct bounds bounds_now(void)
{
    struct bounds b;
    __asm__ volatile("movq %%gs:0x8, %0\n\tmovq %%gs:0x10, %1\n\tmovq %%gs:0x1478, %2"
                     : "=r"(b.high), "=r"(b.low), "=r"(b.lowest));
    return b;
}

static void expect_own(const char *when)
{
    struct bounds b = bounds_now();
    EXPECT(b.low == stack && b.lowest == stack, "%s: limit %p, lowest %p", when, (void *)b.low,
           (void *)b.lowest);
    EXPECT(b.high > (char *)&b && b.high <= stack + STACK_BYTES, "%s: base %p", when,
           (void *)b.high);
}

static void told(void *arg)
{
    (void)arg;
    expect_own("at first");
    faden_context_switch(&other, &base);
    expect_own("again");
    faden_context_switch_inline(&other, &base);
}

static void check_bounds(void)
{
    struct bounds before = bounds_now();
    faden_context_init(&other, stack, STACK_BYTES, told, NULL);
    for (int i = 0; i < 2; i++) {
        faden_context_switch(&base, &other);
        struct bounds now = bounds_now();
        EXPECT(now.high == before.high && now.low == before.low && now.lowest == before.lowest,
               "the thread's own are not restored: %p %p", (void *)now.high, (void *)now.low);
    }
}

static NOINLINE int large_frame(int depth)
{
    volatile char frame[LARGE];
    for (size_t i = 0; i < LARGE; i += 1024)
        frame[i] = (char)depth;
    int below = depth ? large_frame(depth - 1) : 0;
    for (size_t i = 0; i < LARGE; i += 1024)
        EXPECT(frame[i] == (char)depth, "a frame was overwritten");
    return below + 1;
}

static void large(void *arg)
{
    EXPECT(large_frame(2) == 3, "large frames");
    (void)arg;
    faden_context_switch(&other, &base);
}

static void check_large(void)
{
    faden_context_init(&other, stack, STACK_BYTES, large, NULL);
    faden_context_switch(&base, &other);
}

/* Inside a function of which this is the address? */
static bool in_function(void *pc, void *function)
{
    DWORD64 image;
    RUNTIME_FUNCTION *f = RtlLookupFunctionEntry((DWORD64)pc, &image, NULL);
    return f && image + f->BeginAddress == (DWORD64)function;
}

static NOINLINE void walk(void)
{
    extern void faden__context_start(void);
    CONTEXT c;
    void *pc = NULL;
    int n = 0;
    RtlCaptureContext(&c);
    for (; c.Rip && n < FRAMES; n++) {
        void *data;
        DWORD64 image, frame;
        RUNTIME_FUNCTION *f = RtlLookupFunctionEntry(c.Rip, &image, NULL);
        pc = (void *)c.Rip;
        if (!f)
            break;
        RtlVirtualUnwind(UNW_FLAG_NHANDLER, image, c.Rip, f, &c, &data, &frame, NULL);
    }
    EXPECT(n < FRAMES && !c.Rip, "it does not end, or in %p", (void *)c.Rip);
    EXPECT(in_function(pc, (void *)faden__context_start), "it ends in %p, not at the floor", pc);
    EXPECT(n >= 3, "only %d frames", n);
}

static void walker(void *arg)
{
    walk();
    faden_context_switch(&other, &base);
    walk();
    (void)arg;
    faden_context_switch(&other, &base);
}

static void check_walk(void)
{
    faden_context_init(&other, stack, STACK_BYTES, walker, NULL);
    faden_context_switch(&base, &other);
    faden_context_switch(&base, &other);
}

/* In a pick: through the switch, into who calls it. */
static struct faden__next walking_pick(void *a, void *b, void *own_sp, struct faden__switch_ops *o)
{
    (void)a;
    (void)b;
    (void)o;
    walk();
    return (struct faden__next){own_sp, NULL};
}

static void switches(void *arg)
{
    static struct faden__switch_ops ops = {.pick = walking_pick};
    faden__arch_switch_call(&ops, arg, NULL);
    faden_context_switch(&other, &base);
}

static void check_walk_switch(void)
{
    faden_context_init(&other, stack, STACK_BYTES, switches, NULL);
    faden_context_switch(&base, &other);
}

static LONG CALLBACK handler(EXCEPTION_POINTERS *e)
{
    if (e->ExceptionRecord->ExceptionCode != 0xe0000042)
        return EXCEPTION_CONTINUE_SEARCH;
    (*(int *)e->ExceptionRecord->ExceptionInformation[0])++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int raised;
static void raises(void *arg)
{
    ULONG_PTR where = (ULONG_PTR)arg;
    for (int i = 0; i < 3; i++) {
        RaiseException(0xe0000042, 0, 1, &where);
        faden_context_switch(&other, &base);
    }
}

static void check_exceptions(void)
{
    void *h = AddVectoredExceptionHandler(1, handler);
    faden_context_init(&other, stack, STACK_BYTES, raises, &raised);
    for (int i = 1; i <= 3; i++) {
        faden_context_switch(&base, &other);
        EXPECT(raised == i, "%d exceptions came, not %d", raised, i);
    }
    RemoveVectoredExceptionHandler(h);
}

static const struct conform_check of_windows[] = {
    {"waits", conform_waits},
    {"jumps", conform_jumps},
    {"stack-bounds", check_bounds},
    {"large-frames", check_large},
    {"unwind", conform_unwind},
    {"unwind-floor", check_walk},
    {"unwind-switch", check_walk_switch},
    {"exceptions", check_exceptions},
    {NULL, NULL},
};

void conform_put(const char *text, size_t n)
{
    while (n) {
        int written = _write(1, text, (unsigned)n);
        if (written <= 0)
            _exit(2);
        text += written;
        n -= (size_t)written;
    }
}

uint64_t conform_ms(void)
{
    return GetTickCount64();
}

void platform_report(const char *text, size_t n, bool fatal)
{
    if (fatal)
        conform_caught(text, n);
    conform_put(text, n);
    if (fatal)
        abort();
}

int main(int argc, char **argv)
{
    struct conform_how how = {.more = of_windows, .transfers = 1000000};
    if (argc > 1)
        how.transfers = (unsigned)strtoul(argv[1], NULL, 10);
    return conform_run(&how) != 0;
}
