/* SPDX-License-Identifier: MIT */
/*
 * The stack is aligned as the ABI wants it at the entry of a context and of a coroutine, and down
 * a chain of calls, for stacks of any address and size: locals that the compiler accesses with
 * aligned instructions (it believes the ABI) and ones of 32 and 64 bytes.
 */
#include "check.h"
#include "isa.h"

#include <faden/coro.h>

typedef float vector16 __attribute__((vector_size(16)));

static faden_context base, other;
static int visits;

static NOINLINE bool aligned(const volatile void *p, uintptr_t to)
{
    return ((uintptr_t)p & (to - 1)) == 0;
}

static NOINLINE vector16 add(vector16 a, vector16 b)
{
    volatile vector16 sum = a + b;
    EXPECT(aligned(&sum, 16), "a vector at %p", (void *)&sum);
    return sum;
}

static NOINLINE int down(int depth)
{
    _Alignas(16) volatile char a[24];
    _Alignas(32) volatile char b[40];
    _Alignas(64) volatile char c[72];
    volatile int i = depth * 3;
    memset((void *)a, i, sizeof a);
    memset((void *)b, i, sizeof b);
    memset((void *)c, i, sizeof c);
    EXPECT(aligned(a, 16), "16 at depth %d: %p", depth, (void *)a);
    EXPECT(aligned(b, 32), "32 at depth %d: %p", depth, (void *)b);
    EXPECT(aligned(c, 64), "64 at depth %d: %p", depth, (void *)c);
    vector16 v = add((vector16){1, 2, 3, 4}, (vector16){4, 3, 2, 1});
    EXPECT(v[0] == 5 && v[3] == 5, "the sum is %f %f", v[0], v[3]);
    return depth ? a[3] + down(depth - 1) : c[1];
}

static void entry(void *arg)
{
    visits += down(3) != -1 && arg == &other;
    faden_context_switch(&other, &base);
}

static void *coroutine(void *arg)
{
    visits += down(2) != -1;
    return faden_coro_yield(arg);
}

int main(void)
{
    static char memory[16384 + 256];
    int expected = 0;
    alarm(20);
    for (unsigned offset = 0; offset < 67; offset++) {
        for (unsigned cut = 0; cut < 67; cut += 3) {
            char *stack = memory + offset;
            size_t size = sizeof memory - 128 - cut;
            faden_coro c;
            faden_context_init(&other, stack, size, entry, &other);
            faden_context_switch(&base, &other);
            EXPECT(faden_coro_init(&c, stack, size, coroutine, NULL) == 0, "init");
            EXPECT(faden_coro_resume(&c, &c) == &c, "the first value");
            EXPECT(faden_coro_resume(&c, NULL) == NULL, "the last value");
            faden_coro_destroy(&c);
            expected += 2;
        }
    }
    EXPECT(visits == expected, "%d visits of %d", visits, expected);
    return 0;
}
