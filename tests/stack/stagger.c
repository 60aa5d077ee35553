/* SPDX-License-Identifier: MIT */
/* First frames are spread over 16 cache lines, evenly, for stacks side by side and for every
   16th one; never more than 1 KiB below the top. */
#include "helpers.h"

enum { STACKS = 256, PLACES = 16 };

static void expect_even(struct stack *const *stacks, int first, int step, int n)
{
    int seen[PLACES] = {0};
    for (int i = 0; i < n; i++) {
        const struct stack *s = stacks[first + i * step];
        size_t below = (size_t)(s->top - stack_first_frame(s));
        EXPECT(below % 64 == 0 && below / 64 < PLACES, "%zu below the top", below);
        seen[below / 64]++;
    }
    for (int i = 0; i < PLACES; i++)
        EXPECT(seen[i] == n / PLACES, "place %d: %d of %d (every %d.)", i, seen[i], n, step);
}

int main(void)
{
    SKIP_VALGRIND("so many stacks take minutes");
    static struct stack *stacks[STACKS], *by_slot[STACKS];
    for (unsigned shift = STACK_SHIFT_MIN; shift <= 20; shift++) {
        for (int i = 0; i < STACKS; i++) {
            stacks[i] = stack_get_slow(NULL, shift);
            EXPECT(stacks[i], "no stack");
            by_slot[((uintptr_t)stacks[i]->top >> shift) % STACKS] = stacks[i];
        }
        for (int i = 0; i < STACKS; i++)
            EXPECT(by_slot[i], "the stacks lie side by side");
        expect_even(by_slot, 0, 1, STACKS);
        for (int first = 0; first < PLACES; first++)
            expect_even(by_slot, first, PLACES, PLACES);
        for (int i = 0; i < STACKS; i++)
            by_slot[i] = NULL;
    }
}
