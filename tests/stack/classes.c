/* SPDX-License-Identifier: MIT */
/* Classes: the right one for each size; stacks of all of them through one cache come back to
   their own, overlap nowhere, and are used again. */
#include "helpers.h"

enum { LIVE = 64, ROUNDS = 20000, SHIFTS = 21 - STACK_SHIFT_MIN };

static void sizes(void)
{
    EXPECT(stack_shift_for(0) == STACK_SHIFT_MIN && stack_shift_for(1) == STACK_SHIFT_MIN, "least");
    EXPECT(stack_shift_for(STACK_SIZE_DEFAULT) == 18, "the default: a slot of 256 KiB");
    EXPECT(stack_shift_for(STACK_SIZE_MAX) == STACK_SHIFT_MAX, "the most");
    EXPECT(stack_shift_for(STACK_SIZE_MAX + 1) == -EINVAL, "one more");
    EXPECT(stack_shift_for(SIZE_MAX) == -EINVAL, "nonsense");
    for (unsigned shift = STACK_SHIFT_MIN; shift < STACK_SHIFT_MAX; shift++) {
        struct stack s = {.shift = (uint8_t)shift};
        EXPECT(stack_shift_for(stack_size(&s)) == (int)shift, "class %u", shift);
        EXPECT(stack_shift_for(stack_size(&s) + 1) == (int)shift + 1, "class %u", shift);
    }
}

static uint32_t chance(void)
{
    static uint32_t x = 2463534242;
    x ^= x << 13;
    x ^= x >> 17;
    return x ^= x << 5;
}

static void fill(const struct stack *s, size_t i)
{
    *(size_t *)stack_low(s) = i;
    *(size_t *)(s->top - sizeof(size_t)) = i;
}

static void expect_kept(const struct stack *s, size_t i)
{
    EXPECT(*(size_t *)stack_low(s) == i && *(size_t *)(s->top - sizeof(size_t)) == i,
           "stack %zu was overwritten", i);
}

int main(void)
{
    struct stack_cache cache;
    struct stack *live[LIVE] = {NULL};
    uint64_t in_use, free;
    sizes();
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    for (size_t i = 0; i < ROUNDS; i++) {
        struct stack **at = &live[chance() % LIVE];
        if (*at) {
            expect_kept(*at, (size_t)(at - live));
            stack_put(&cache, *at);
            *at = NULL;
            continue;
        }
        unsigned shift = chance() % 2 ? cache.shift : STACK_SHIFT_MIN + chance() % SHIFTS;
        struct stack *s = *at = stack_get(&cache, shift);
        EXPECT(s && s->shift == shift, "class %u", shift);
        EXPECT(s->use == STACK_FREE, "in use by %u", s->use);
        EXPECT(stack_find(s->top - 1) == s && stack_find(stack_low(s)) == s, "not found");
        s->use = STACK_TASK;
        fill(s, (size_t)(at - live));
    }
    for (int i = 0; i < LIVE; i++)
        if (live[i])
            stack_put(&cache, live[i]);
    for (struct stack *s = cache.free; s; s = s->next)
        EXPECT(s->shift == cache.shift, "class %u in the cache of %u", s->shift, cache.shift);
    stack_counts(&in_use, &free);
    EXPECT(in_use == 0, "%lu in use", (unsigned long)in_use);
    EXPECT(free <= LIVE * (SHIFTS + 1), "%lu for %d at a time: they are not used again",
           (unsigned long)free, LIVE);
    stack_cache_drain(&cache);
}
