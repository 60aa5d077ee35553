/* SPDX-License-Identifier: MIT */
/* Where pages are larger than the guards of small slots, whoever asks for those gets larger
   ones, and no stack is without its guard. Such pages are feigned by a wrapper. */
#include "helpers.h"

enum { LARGE = 65536 };

int __real_platform_stack_guard(char *low, size_t size);
int __wrap_platform_stack_guard(char *low, size_t size);

int __wrap_platform_stack_guard(char *low, size_t size)
{
    if (((uintptr_t)low | size) & (LARGE - 1))
        return -EINVAL;
    return __real_platform_stack_guard(low, size);
}

static void *fn(void *arg)
{
    return arg;
}

int main(void)
{
    struct stack_cache cache;
    faden_coro *c;
    uint64_t in_use, cached;
    EXPECT(platform_stack_guard((char *)LARGE, 8192) == -EINVAL, "the wrapper");
    EXPECT(__real_platform_stack_guard((char *)LARGE, 100) == -EINVAL, "part of a page");
    EXPECT(__real_platform_stack_guard((char *)LARGE + 8, 4096) == -EINVAL, "not on a page");
    stack_cache_init(&cache, 12288);
    for (int i = 0; i < 100; i++) {
        struct stack *s = stack_get(&cache, cache.shift);
        EXPECT(s && s->shift == 18 && s->guarded, "a class that can have guards");
        EXPECT(is_guarded(stack_low(s) - 1) && is_guarded(guard_low(s)), "its guard");
        stack_put(&cache, s);
    }
    EXPECT(faden_coro_new(&c, fn, (&(faden_coro_attr){.stack_size = 20000})) == 0, "no coroutine");
    EXPECT(is_guarded(c->stack - 1) && faden_coro_resume(c, c) == c, "it runs");
    faden_coro_delete(c);
    stack_cache_drain(&cache);
    stack_counts(&in_use, &cached);
    EXPECT(in_use == 0, "%lu in use", (unsigned long)in_use);
}
