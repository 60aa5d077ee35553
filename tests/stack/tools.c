/* SPDX-License-Identifier: MIT */
/* A program with AddressSanitizer is told of each stack that is given out, whole, also where a
   cache would hand it out on its own: frames that never returned leave it poisoned. Here the
   sanitizer is a function of that name. */
#include "helpers.h"

static const struct stack *told;
static int calls;

/* Called once more for a part of it, by the layer that makes a context there. */
void __asan_unpoison_memory_region(const volatile void *p, size_t size);
void __asan_unpoison_memory_region(const volatile void *p, size_t size)
{
    const struct stack *s = stack_find((const void *)p);
    EXPECT(s && p >= (const volatile void *)stack_low(s), "%p is in no stack", (void *)p);
    if (p == stack_low(s) && size == stack_size(s)) {
        told = s;
        calls++;
    }
}

static void expect_told(const struct stack *s, int n)
{
    EXPECT(calls == n, "told %d times for %d stacks", calls, n);
    EXPECT(told == s, "of %p instead of %p", (void *)told, (void *)s);
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
