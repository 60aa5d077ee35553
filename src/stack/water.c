/* SPDX-License-Identifier: MIT */
/* How deep a stack was used: what was never written is zero. */
#include "stack/pool.h"
#include "stack/tool.h"

enum { PAGE = 4096 }; /* every world's pages are a multiple of this */

/* The lowest word in [low, high) that is not zero; `high` if none. Another thread may run there:
   every answer is right then. */
NO_SANITIZE static char *first_used(char *low, char *high)
{
    const volatile uintptr_t *word = (const volatile uintptr_t *)low;
    while ((char *)word < high && !*word)
        word++;
    return (char *)word;
}

/* Ask for touched pages again after each one that is all zero: reading must not map what nobody
   touched. */
static char *lowest_used(char *low, char *top)
{
    char *p = platform_stack_touched(low, top);
    while (p < top) {
        char *end = (char *)(((uintptr_t)p | (PAGE - 1)) + 1);
        char *used = first_used(p, end);
        if (used < end)
            return used;
        p = platform_stack_touched(end, top);
    }
    return top;
}

size_t stack_high_water(const struct stack *s)
{
    tool_quiet_begin();
    char *p = lowest_used(stack_low(s), s->top);
    tool_quiet_end();
    return (size_t)(s->top - p);
}

void stack_clean(struct stack *s)
{
    if (s->clean)
        return;
    platform_stack_discard(stack_low(s), stack_size(s));
    s->clean = true;
}
