/* SPDX-License-Identifier: MIT */
/* Values go both ways: the first to the function, each yield's to the resumer, each resume's to the
   yield, the returned one to the last resume; and state, self and name are right at each point. */
#include "check.h"

#include <faden/coro.h>

static faden_coro coro;
static char stack[16384];

static void *value(uint64_t *seed)
{
    return (void *)(uintptr_t)next_random(seed);
}

static void *body(void *first)
{
    uint64_t in = 1, out = 2;
    EXPECT(first == value(&in), "the first value");
    EXPECT(faden_coro_self() == &coro, "self");
    for (int i = 0; i < 1000; i++) {
        EXPECT(faden_coro_state_of(&coro) == FADEN_CORO_RUNNING, "running");
        EXPECT(faden_coro_yield(value(&out)) == value(&in), "value %d of resume", i);
        EXPECT(faden_coro_self() == &coro, "self");
    }
    return value(&out);
}

static void life(const faden_coro_attr *attr, const char *name)
{
    uint64_t in = 1, out = 2;
    EXPECT(faden_coro_init(&coro, stack, sizeof stack, body, attr) == 0, "init");
    EXPECT(faden_coro_name(&coro) == name, "name");
    EXPECT(faden_coro_state_of(&coro) == FADEN_CORO_NEW, "new");
    EXPECT(!faden_coro_self(), "outside of a coroutine");
    for (int i = 0; i <= 1000; i++) {
        EXPECT(faden_coro_resume(&coro, value(&in)) == value(&out), "value %d of yield", i);
        EXPECT(!faden_coro_self(), "outside again");
        faden_coro_state want = i < 1000 ? FADEN_CORO_SUSPENDED : FADEN_CORO_DONE;
        EXPECT(faden_coro_state_of(&coro) == want, "state after resume %d", i);
    }
    EXPECT(faden_coro_name(&coro) == name, "name at the end");
    faden_coro_destroy(&coro);
}

static void *nothing(void *arg)
{
    return arg;
}

static void edge_values(void)
{
    static void *const values[] = {NULL, (void *)UINTPTR_MAX, (void *)1, &coro};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        EXPECT(faden_coro_init(&coro, stack, sizeof stack, nothing, NULL) == 0, "init");
        EXPECT(faden_coro_resume(&coro, values[i]) == values[i], "%p", values[i]);
        EXPECT(faden_coro_state_of(&coro) == FADEN_CORO_DONE, "done at once");
        faden_coro_destroy(&coro);
    }
}

int main(void)
{
    static const char name[] = "squares";
    limit_seconds(20);
    life(NULL, NULL);
    life(&(faden_coro_attr){.name = name}, name);
    edge_values();
    EXPECT(faden_coro_init(&coro, stack, FADEN_CONTEXT_STACK_MIN - 1, body, NULL) == -EINVAL,
           "a stack that is too small");
    return 0;
}
