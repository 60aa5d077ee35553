/* SPDX-License-Identifier: MIT */
/* The high-water mark is exact to the word, for every depth, in the smallest and in odd sizes;
   it looks at nothing outside the stack and touches nothing in it. */
#include "helpers.h"

static void expect_mark(struct stack *s, size_t depth)
{
    size_t word = sizeof(uintptr_t), want = (depth + word - 1) / word * word;
    EXPECT(stack_high_water(s) == want, "%zu of %zu bytes written, class %u: %zu", depth,
           stack_size(s), s->shift, stack_high_water(s));
}

static void one_stack(size_t usable)
{
    struct stack *s = stack_get_slow(NULL, (unsigned)stack_shift_for(usable));
    static const size_t depths[] = {1,    7,    8,    9,    100,  4095, 4096,
                                    4097, 8191, 8192, 8193, 10000, 12287, 12288};
    EXPECT(s, "no stack of %zu", usable);
    stack_clean(s);
    expect_mark(s, 0);
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        if (depths[i] > stack_size(s))
            break;
        *(volatile char *)(s->top - depths[i]) = 1;
        expect_mark(s, depths[i]);
    }
    *(volatile char *)stack_low(s) = 1; /* with untouched pages between */
    expect_mark(s, stack_size(s));
    s->clean = false; /* as when it is given back */
    stack_clean(s);
    expect_mark(s, 0);
    *(volatile char *)(s->top - 64) = 1;
    *(volatile char *)(s->top - 5000) = 0; /* touched, but never written to */
    expect_mark(s, 64);
    s->clean = false;
    stack_clean(s);
    stack_put_slow(NULL, s);
}

static uintptr_t lowest;

static void *use(void *depth)
{
    volatile char array[(size_t)depth];
    array[0] = 1;
    lowest = (uintptr_t)array;
    return NULL;
}

/* A coroutine's frame is found where it was, not merely in its page. */
static void coroutine(size_t depth)
{
    faden_coro *c;
    EXPECT(faden_coro_new(&c, use, NULL) == 0, "no coroutine");
    struct stack *s = c->pool;
    faden_coro_resume(c, (void *)depth);
    size_t used = stack_high_water(s), least = (uintptr_t)s->top - lowest;
    EXPECT(used >= least && (used <= least + 256 || SANITIZED), "%zu bytes used, mark %zu", least,
           used);
    faden_coro_delete(c);
}

/* The mark of a huge stack does not make it resident. */
static void huge(void)
{
    struct stack *s = stack_get_slow(NULL, (unsigned)stack_shift_for(STACK_SIZE_MAX));
    EXPECT(s, "no stack");
    memset(s->top - 8192, 0, 8192);
    *(volatile char *)(s->top - 300) = 1;
    *(volatile char *)(s->top - (512 << 20)) = 0; /* its page is touched, but all zero */
    long before = status_kib("VmRSS") + status_kib("VmPTE");
    expect_mark(s, 300);
    long after = status_kib("VmRSS") + status_kib("VmPTE");
    EXPECT(after - before < 256 || SANITIZED, "%ld KiB more", after - before);
    stack_put_slow(NULL, s);
}

/* A single page, at each place where asking about many pages begins anew. */
static void single_pages(void)
{
    static const size_t pages[] = {0, 1, 1022, 1023, 1024, 1025, 2047, 2048};
    struct stack *s = stack_get_slow(NULL, (unsigned)stack_shift_for(16 << 20));
    EXPECT(s, "no stack");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *p = stack_low(s) + pages[i] * 4096 + 72;
        *(volatile char *)p = 1;
        expect_mark(s, (size_t)(s->top - p));
        s->clean = false;
        stack_clean(s);
    }
    stack_put_slow(NULL, s);
}

/* What is clean already is left alone; what was used is not clean any more. */
static void cleanness(void)
{
    struct stack_cache cache;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    struct stack *s = stack_get(&cache, cache.shift);
    EXPECT(s, "no stack");
    s->clean = false;
    stack_clean(s);
    EXPECT(s->clean, "it was cleaned");
    *(volatile char *)(s->top - 77) = 1;
    stack_clean(s);
    expect_mark(s, 77);
    stack_put(&cache, s);
    EXPECT(stack_get(&cache, cache.shift) == s, "the last one");
    stack_clean(s);
    expect_mark(s, 0);
    stack_put(&cache, s);
    stack_cache_drain(&cache);
}

int main(void)
{
    static const size_t sizes[] = {1, 12288, 12289, 16384, 50001, 100000, STACK_SIZE_DEFAULT,
                                   (1 << 20) + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        one_stack(sizes[i]);
    for (size_t depth = 2000; depth < 150000; depth = depth * 3 / 2 + 1)
        coroutine(depth);
    huge();
    single_pages();
    cleanness();
}
