/* SPDX-License-Identifier: MIT */
/* Coroutines on pool stacks: sizes and errors; one stack serves for all that are made and
   deleted one after the other, be they new, suspended or done when they are deleted; each keeps
   its attributes. */
#include "helpers.h"

static void *twice(void *arg)
{
    char text[2000];
    memset(text, (int)(intptr_t)arg, sizeof text);
    arg = faden_coro_yield((void *)((intptr_t)arg * 2));
    return (void *)((intptr_t)arg * 2 + text[1999] * 0);
}

static void sizes(void)
{
    static const size_t good[] = {0, 1, 512, 4096, 12288, 65536, STACK_SIZE_DEFAULT, 1 << 20,
                                  STACK_SIZE_MAX};
    faden_coro *c = NULL;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        size_t want = good[i] ? good[i] : STACK_SIZE_DEFAULT;
        faden_coro_attr attr = {.name = "sized", .stack_size = good[i]};
        EXPECT(faden_coro_new(&c, twice, &attr) == 0, "%zu", good[i]);
        EXPECT(stack_size(c->pool) >= want, "%zu for %zu", stack_size(c->pool), want);
        /* the record, the staggering */
        EXPECT(c->stack_size + 1200 >= want, "%zu for %zu", c->stack_size, want);
        EXPECT(!strcmp(faden_coro_name(c), "sized"), "%s", faden_coro_name(c));
        EXPECT(faden_coro_resume(c, (void *)21) == (void *)42, "it runs");
        faden_coro_delete(c);
    }
    c = NULL;
    EXPECT(faden_coro_new(&c, twice, (&(faden_coro_attr){.stack_size = STACK_SIZE_MAX + 1}))
               == -EINVAL,
           "too large");
    EXPECT(faden_coro_new(&c, twice, (&(faden_coro_attr){.stack_size = SIZE_MAX})) == -EINVAL,
           "far too large");
    EXPECT(!c, "nothing is stored");
}

/* `resumes` of the two that it takes. */
static void *used_and_deleted(int resumes)
{
    faden_coro *c;
    EXPECT(faden_coro_new(&c, twice, NULL) == 0, "no coroutine");
    EXPECT(faden_coro_state_of(c) == FADEN_CORO_NEW, "state %d", faden_coro_state_of(c));
    for (intptr_t i = 0; i < resumes; i++)
        EXPECT(faden_coro_resume(c, (void *)(i + 5)) == (void *)(2 * i + 10), "value %ld", (long)i);
    faden_coro_state want = resumes == 0   ? FADEN_CORO_NEW
                            : resumes == 1 ? FADEN_CORO_SUSPENDED
                                           : FADEN_CORO_DONE;
    EXPECT(faden_coro_state_of(c) == want, "state %d", faden_coro_state_of(c));
    void *stack = c->pool;
    faden_coro_delete(c);
    return stack;
}

int main(void)
{
    uint64_t in_use, cached;
    sizes();
    void *first = used_and_deleted(0);
    for (int i = 0; i < 3000; i++)
        EXPECT(used_and_deleted(i % 3) == first, "another stack in round %d", i);
    faden_coro_delete(NULL);
    stack_counts(&in_use, &cached);
    EXPECT(in_use == 0, "%lu in use", (unsigned long)in_use);
}
