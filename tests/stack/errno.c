/* SPDX-License-Identifier: MIT */
/* Nothing in the pool changes errno, whether it works or fails. */
#include "helpers.h"

static void *fn(void *arg)
{
    return arg;
}

static void everything(void)
{
    struct stack_cache cache;
    faden_coro *c;
    struct stack *stacks[500];
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    for (int i = 0; i < 500; i++)
        if ((stacks[i] = stack_get(&cache, 18)))
            *(volatile char *)(stacks[i]->top - 5000) = 1;
    for (int i = 0; i < 500; i++)
        if (stacks[i]) {
            stack_high_water(stacks[i]);
            stack_put(&cache, stacks[i]);
        }
    stack_trim(&cache);
    stack_trim(&cache);
    for (unsigned shift = STACK_SHIFT_MIN; shift <= STACK_SHIFT_MAX; shift++) {
        struct stack *s = stack_get(&cache, shift);
        if (s)
            stack_clean(s), stack_put(&cache, s);
    }
    if (faden_coro_new(&c, fn, NULL) == 0)
        faden_coro_resume(c, NULL), faden_coro_delete(c);
    stack_cache_drain(&cache);
    platform_report("", 0, false);
}

static void little_room(void *arg)
{
    struct rlimit limit = {((size_t)status_kib("VmSize") + 3000) << 10, RLIM_INFINITY};
    EXPECT(setrlimit(RLIMIT_AS, &limit) == 0, "%s", strerror(errno));
    if (arg)
        setenv("FADEN_GUARD", "mprotect", 1);
    errno = 4711;
    everything();
    EXPECT(errno == 4711, "%s", strerror(errno));
}

int main(void)
{
    SKIP_VALGRIND("the limit is its own");
    struct outcome o;
    for (int i = 0; i < 2; i++) {
        run_child(&o, little_room, i ? &o : NULL);
        expect_exit(&o, 0);
    }
    errno = 4711;
    everything();
    EXPECT(errno == 4711, "%s", strerror(errno));
}
