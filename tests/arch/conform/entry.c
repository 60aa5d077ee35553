/* SPDX-License-Identifier: MIT */
/* How a context begins, and where its stack ends: the alignment that the ABI wants for stacks of
   any address and size, the argument in full width, no byte touched outside, no way to return. */
#include "conform.h"
#include "probe.h"

#include <faden/coro.h>

typedef float vector16 __attribute__((vector_size(16)));

enum { MARGIN = 256, MIN = FADEN_CONTEXT_STACK_MIN };

static faden_context base, other;
static _Alignas(64) char memory[16384 + 256];
static int visits;

static NOINLINE bool aligned(const volatile void *p, uintptr_t to)
{
    return ((uintptr_t)p & (to - 1)) == 0;
}

/* The compiler believes the ABI: it does not align this local itself. */
static NOINLINE void believes(int depth)
{
    _Alignas(PROBE_STACK_ALIGN) volatile char a[24];
    __builtin_memset((void *)a, depth, sizeof a);
    EXPECT(aligned(a, PROBE_STACK_ALIGN), "a local to be aligned to %d is at %p, depth %d",
           PROBE_STACK_ALIGN, (void *)a, depth);
}

/* And these it does, from what it believes. */
static NOINLINE int down(int depth)
{
    _Alignas(32) volatile char b[40];
    _Alignas(64) volatile char c[72];
    __builtin_memset((void *)b, depth * 3, sizeof b);
    __builtin_memset((void *)c, depth * 3, sizeof c);
    EXPECT(aligned(b, 32) && aligned(c, 64), "locals of 32 and 64 at %p, %p", (void *)b, (void *)c);
    believes(depth);
    return depth ? b[3] + down(depth - 1) : c[1];
}

#ifdef CONFORM_NO_FLOAT
static void vectors(void)
{
}
#else
static NOINLINE void add(volatile vector16 *sum, const vector16 *a, const vector16 *b)
{
    vector16 here = *a + *b; /* kept on the stack by some */
    __asm__ volatile("" : "+m"(here));
    *sum = here;
}

/* With aligned instructions, where there are any. */
static NOINLINE void vectors(void)
{
    vector16 a = {1, 2, 3, 4}, b = {4, 3, 2, 1};
    volatile vector16 v;
    add(&v, &a, &b);
    EXPECT(v[0] == 5 && v[3] == 5, "the sum of two vectors");
}
#endif

static void visitor(void *arg)
{
    believes(4);
    visits += down(3) != -1 && arg == &other;
    vectors();
    faden_context_switch(&other, &base);
}

static void *coroutine(void *arg)
{
    believes(4);
    visits += down(2) != -1;
    vectors();
    return faden_coro_yield(arg);
}

void conform_alignment(void)
{
    int expected = 0;
    visits = 0;
    for (unsigned offset = 0; offset < 67; offset += 1 + offset / 17) {
        for (unsigned cut = 0; cut < 67; cut += 3) {
            char *stack = memory + offset;
            size_t size = sizeof memory - 128 - cut;
            faden_coro c;
            faden_context_init(&other, stack, size, visitor, &other);
            faden_context_switch(&base, &other);
            EXPECT(faden_coro_init(&c, stack, size, coroutine, NULL) == 0, "init");
            EXPECT(faden_coro_resume(&c, &c) == &c, "the first value");
            EXPECT(faden_coro_resume(&c, NULL) == NULL, "the last value");
            faden_coro_destroy(&c);
            expected += 2;
        }
    }
    EXPECT(visits == expected, "%d visits of %d", visits, expected);
}

static void only_switches(void *form)
{
    void (*away)(void *, void *) = conform_switch[(intptr_t)form];
    for (;;)
        away(&other, &base);
}

/* The least stack is enough for a context that only switches out of line or inline; the others have
   C functions of ours running on it, compiled in any way: they get twice of it. */
static void within(char *stack, size_t size, int form)
{
    __builtin_memset(memory, 0xa5, 3 * MIN + 3 * MARGIN);
    faden_context_init(&other, stack, size, only_switches, (void *)(intptr_t)form);
    for (int i = 0; i < 3; i++)
        conform_switch[form == INLINE ? INLINE : OUT_OF_LINE](&base, &other);
    for (char *p = memory; p < memory + 3 * MIN + 3 * MARGIN; p++)
        EXPECT(*p == (char)0xa5 || (p >= stack && p < stack + size),
               "the byte at %d of a stack of %u was touched (%s)", (int)(p - stack), (unsigned)size,
               conform_form_names[form]);
}

void conform_bounds(void)
{
    for (int offset = 0; offset < 33; offset += 1 + offset / 17)
        for (size_t more = 0; more < 31; more += 3) {
            within(memory + MARGIN + offset, MIN + more, OUT_OF_LINE);
            within(memory + MARGIN + offset, MIN + more, INLINE);
            within(memory + MARGIN + offset, 2 * MIN + more, CALL);
            within(memory + MARGIN + offset, 2 * MIN + more, WAIT);
        }
}

static void *got;
static int entered;

static void first(void *arg)
{
    got = arg;
    entered = 1;
    faden_context_switch(&other, &base);
}

static void second(void *arg)
{
    got = arg;
    entered = 2;
    faden_context_switch_inline(&other, &base);
}

/* Whoever switches first and in which form; and nothing is left from the last life. */
void conform_argument(void)
{
    uint64_t seed = 9;
    for (int i = 0; i < 400; i++) {
        uint64_t r = conform_random(&seed);
        int form = i / 2 % FORMS;
        void *arg = i == 0 ? NULL : i == 1 ? (void *)UINTPTR_MAX : (void *)(uintptr_t)r;
        faden_context_init(&other, memory, sizeof memory, i & 1 ? first : second, arg);
        got = &got;
        entered = 0;
        conform_switch[i & 1 || form < CALL ? form : INLINE](&base, &other);
        EXPECT(got == arg, "the argument: expected %p, found %p", arg, got);
        EXPECT(entered == (i & 1 ? 1 : 2), "the other entry function was called");
    }
}

static void at_once(void *arg)
{
}

static void later(void *arg)
{
    faden_context_switch(&other, &base);
}

static void visit_twice(void *entry)
{
    faden_context_init(&other, memory, sizeof memory, entry == &other ? later : at_once, NULL);
    faden_context_switch(&base, &other);
    faden_context_switch(&base, &other);
}

static void visit_inline(void *entry)
{
    faden_context_init(&other, memory, sizeof memory, entry == &other ? later : at_once, NULL);
    faden_context_switch_inline(&base, &other);
    faden_context_switch_inline(&base, &other);
}

static void expect_returned(void (*fn)(void *), void *arg)
{
    static const char text[] = "faden: context returned";
    const char *report = conform_panic(fn, arg);
    EXPECT(report && !__builtin_memcmp(report, text, sizeof text - 1),
           "an entry function returned; expected a panic, found %s", report ? report : "none");
}

void conform_returns(void)
{
    expect_returned(visit_twice, NULL);
    expect_returned(visit_twice, &other);
    expect_returned(visit_inline, NULL);
    expect_returned(visit_inline, &other);
}
