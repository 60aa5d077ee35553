/* SPDX-License-Identifier: MIT */
/* A program with AddressSanitizer is told of each stack that is given out, whole, also where a
   cache would hand it out on its own: frames that never returned leave it poisoned. Here the
   sanitizer is a function of that name. */
#include "helpers.h"

static char *low_told;
static size_t size_told;
static int calls;

void __asan_unpoison_memory_region(const volatile void *p, size_t size);
void __asan_unpoison_memory_region(const volatile void *p, size_t size)
{
    low_told = (char *)p;
    size_told = size;
    calls++;
}

static void expect_told(const struct stack *s, int n)
{
    EXPECT(calls == n, "told %d times for %d stacks", calls, n);
    EXPECT(low_told == stack_low(s) && size_told == stack_size(s), "%zu bytes from %p", size_told,
           (void *)low_told);
}

static void *fn(void *arg)
{
    return arg;
}

int main(void)
{
    struct stack_cache cache;
    faden_coro *c;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    EXPECT(cache.shift == 18, "%u", cache.shift);
    for (int i = 1; i <= 10; i++) {
        struct stack *s = stack_get(&cache, cache.shift);
        EXPECT(s, "no stack");
        expect_told(s, i);
        stack_put(&cache, s);
    }
    EXPECT(faden_coro_new(&c, fn, NULL) == 0, "no coroutine");
    expect_told(c->pool, 11);
    faden_coro_delete(c);
    stack_cache_drain(&cache);
}
