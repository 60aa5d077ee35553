/* SPDX-License-Identifier: MIT */
/* Every stack that is given out has its whole guard, right below it, whatever its class, whether
   it is fresh, used again, or discarded in between; the usable part is all there. */
#include "helpers.h"

enum { STACKS = 300 };

static void expect_guarded(const struct stack *s)
{
    char *low = stack_low(s);
    size_t guard = stack_guard_size(s);
    for (size_t at = 0; at < guard; at += 4096)
        EXPECT(is_guarded(low - 1 - at), "%zu bytes below the stack (class %u)", at + 1, s->shift);
    EXPECT(is_guarded(low - guard), "its lowest byte");
    *(volatile char *)low = 1;
    *(volatile char *)(s->top - 1) = 1;
    EXPECT(!is_guarded(low) && !is_guarded(s->top - 1), "the stack itself is good");
}

static void one_class(unsigned shift)
{
    static struct stack *stacks[STACKS];
    struct stack_cache cache;
    struct stack s = {.shift = (uint8_t)shift};
    int n = shift > 24 ? 4 : STACKS;
    size_t usable = shift == STACK_SHIFT_MAX ? STACK_SIZE_MAX : stack_size(&s);
    stack_cache_init(&cache, usable);
    EXPECT(cache.shift == shift, "class %u instead of %u", cache.shift, shift);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < n; i++) {
            stacks[i] = stack_get(&cache, shift);
            EXPECT(stacks[i], "no stack of class %u", shift);
            EXPECT(stacks[i]->shift == shift, "class %u instead of %u", stacks[i]->shift, shift);
            EXPECT(((uintptr_t)stacks[i]->top & (((size_t)1 << shift) - 1)) == 0, "top %p",
                   (void *)stacks[i]->top);
            expect_guarded(stacks[i]);
        }
        for (int i = 0; i < n; i++)
            stack_put(&cache, stacks[i]);
        if (round == 1) /* the pool discards what it does not keep */
            stack_cache_drain(&cache), stack_cache_init(&cache, usable);
        while (round == 2 && (stack_trim(&cache) || stack_trim_wanted(&cache)))
            continue;
    }
    stack_cache_drain(&cache);
}

int main(void)
{
    SKIP_VALGRIND("so many stacks take minutes");
    for (unsigned shift = STACK_SHIFT_MIN; shift <= STACK_SHIFT_MAX; shift++)
        if (shift <= 20 || shift == 25 || shift == STACK_SHIFT_MAX)
            one_class(shift);
}
