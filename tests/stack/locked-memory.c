/* SPDX-License-Identifier: MIT */
/* A program that locks all its memory, before or after it has stacks: they have guards, they are
   zero when clean, and what overflows is reported. */
#include <sys/mman.h>

#include "helpers.h"

enum { STACKS = 40 };

static void *smash(void *arg)
{
    (void)arg;
    *(volatile char *)(faden_coro_self()->stack - 1) = 1;
    return NULL;
}

static void use_stacks(void)
{
    struct stack *stacks[STACKS];
    for (int i = 0; i < STACKS; i++) {
        stacks[i] = stack_get_slow(NULL, 16);
        EXPECT(stacks[i], "no stack");
        EXPECT(is_guarded(stack_low(stacks[i]) - 1) && is_guarded(guard_low(stacks[i])),
               "stack %d has no guard", i);
        *(volatile char *)(stacks[i]->top - 20000) = 1;
    }
    for (int i = 0; i < STACKS; i++) {
        EXPECT(stack_high_water(stacks[i]) == 20000, "%zu", stack_high_water(stacks[i]));
        stack_put_slow(NULL, stacks[i]);
    }
    for (int i = 0; i < STACKS; i++) {
        stacks[i] = stack_get_slow(NULL, 16);
        EXPECT(stacks[i], "no stack");
        stack_clean(stacks[i]);
        EXPECT(stack_high_water(stacks[i]) == 0, "%zu", stack_high_water(stacks[i]));
        EXPECT(is_guarded(stack_low(stacks[i]) - 1), "stack %d has no guard", i);
    }
    for (int i = 0; i < STACKS; i++)
        stack_put_slow(NULL, stacks[i]);
}

static void child(void *arg)
{
    bool first = arg != NULL;
    faden_coro *c;
    if (!first)
        use_stacks();
    if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
        _exit(77);
    use_stacks();
    if (faden_coro_new(&c, smash, (&(faden_coro_attr){.name = "locked", .stack_size = 20000})))
        _exit(3);
    faden_coro_resume(c, NULL);
}

/* No right to lock more than a little: what the pool takes beyond its need would be the program's
   loss. */
static void limited(void *arg)
{
    struct rlimit limit = {8 << 20, 8 << 20};
    (void)arg;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) < 0 || (getuid() == 0 && setuid(65534) < 0)
        || mlockall(MCL_FUTURE) < 0)
        _exit(77);
    struct stack *s = stack_get_slow(NULL, 16);
    EXPECT(s && is_guarded(stack_low(s) - 1), "a stack within the limit");
    *(volatile char *)stack_low(s) = 1;
    EXPECT(mmap(NULL, 2 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED,
           "the rest of it is left: %s", strerror(errno));
}

int main(void)
{
    SKIP_VALGRIND("a fault may not be repeated");
    struct outcome o;
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (madvise(page, 4096, 9999) == 0)
        SKIP("an emulator that ignores advice cannot give back locked memory");
    for (int first = 0; first < 2; first++) {
        run_child(&o, child, first ? &o : NULL);
        if (WIFEXITED(o.status) && WEXITSTATUS(o.status) == 77)
            SKIP("memory cannot be locked here");
        expect_killed(&o, SIGSEGV);
        expect_text(&o, "stack overflow in coroutine 'locked'");
    }
    run_child(&o, limited, NULL);
    if (!WIFEXITED(o.status) || WEXITSTATUS(o.status) != 77)
        expect_exit(&o, 0);
}
