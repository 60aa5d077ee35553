/* SPDX-License-Identifier: MIT */
/* What is used again, and in which order: memory that is there comes first, the last used first of
   all; what was discarded comes back clean. */
#include "helpers.h"

enum { SOME = 40, MANY = 2000 };

static struct stack *stacks[MANY];

static char *place(const struct stack *s)
{
    return s->top - 5000;
}

static void get(struct stack_cache *cache, int n, bool kept)
{
    for (int i = 0; i < n; i++) {
        stacks[i] = stack_get(cache, cache->shift);
        EXPECT(stacks[i], "no stack");
        EXPECT(*place(stacks[i]) == kept || i >= SOME, "stack %d: %s", i,
               kept ? "its memory is gone" : "not clean");
        *(volatile char *)place(stacks[i]) = 1;
    }
}

static void put(struct stack_cache *cache, int n)
{
    while (n--)
        stack_put(cache, stacks[n]);
}

/* The pool keeps some touched ones, however many came and went. */
static void pool_keeps(void)
{
    for (int i = 0; i < MANY; i++) {
        struct stack *s = stack_get_slow(NULL, 18);
        EXPECT(s && *place(s) == (i > 0), "round %d", i);
        *(volatile char *)place(s) = 1;
        stack_put_slow(NULL, s);
    }
}

static void caches_hand_on(void)
{
    struct stack_cache cache;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, SOME, false);
    put(&cache, SOME);
    stack_cache_drain(&cache);
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, 1, true);
    EXPECT(cache.count > SOME / 2, "it took only %u along", cache.count);
    put(&cache, 1);
    get(&cache, SOME, true);
    put(&cache, SOME);
    stack_cache_drain(&cache);
}

static void trim_leaves_the_last_used(void)
{
    struct stack_cache cache;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, MANY, true);
    put(&cache, MANY); /* stacks[0] is the last */
    stack_trim(&cache);
    struct stack *first = cache.free, *last = first;
    while (stack_trim(&cache))
        continue;
    while (last->next)
        last = last->next;
    EXPECT(cache.free == first && first == stacks[0] && last == stacks[STACK_CACHE_KEEP - 1],
           "others are left");
    for (int i = 0; i < MANY; i++) {
        stacks[i] = stack_get(&cache, cache.shift);
        EXPECT(stacks[i] && stacks[i]->guarded, "no stack");
        bool touched = *place(stacks[i]);
        EXPECT(touched == (i < STACK_CACHE_KEEP), "stack %d", i);
        EXPECT(touched == !stacks[i]->clean, "stack %d says it is %s", i,
               stacks[i]->clean ? "clean" : "not clean");
    }
    put(&cache, MANY);
    stack_cache_drain(&cache);
}

int main(void)
{
    SKIP_VALGRIND("caches are off");
    SKIP_SANITIZED("caches are off");
    caches_hand_on();
    trim_leaves_the_last_used();
    for (int i = 0; i < MANY; i++)
        stacks[i] = NULL;
    struct stack *s = stack_get_slow(NULL, 18);
    *(volatile char *)place(s) = 0;
    stack_put_slow(NULL, s);
    pool_keeps();
}
