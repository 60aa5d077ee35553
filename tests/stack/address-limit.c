/* SPDX-License-Identifier: MIT */
/* Little address space (RLIMIT_AS): the pool takes what it needs and no more, uses nearly all
   that is there, and then says -ENOMEM. */
#include "helpers.h"

enum { MOST = 2000 };

static size_t address_space(void)
{
    return (size_t)status_kib("VmSize") << 10;
}

static void child(void *room_arg)
{
    size_t room = (size_t)room_arg, slot = 256 << 10;
    int n = 0;
    static struct stack *stacks[MOST];
    struct rlimit limit = {address_space() + room, RLIM_INFINITY};
    EXPECT(setrlimit(RLIMIT_AS, &limit) == 0, "%s", strerror(errno));
    EXPECT(getrlimit(RLIMIT_AS, &limit) == 0, "%s", strerror(errno));
    if (limit.rlim_cur == RLIM_INFINITY)
        _exit(77);

    stacks[n++] = stack_get_slow(NULL, 18);
    EXPECT(stacks[0] && is_guarded(stack_low(stacks[0]) - 1), "the first stack");
    EXPECT(room < (64 << 20) || malloc(room - (16 << 20)), "the program needs its memory too");
    while (n < MOST && (stacks[n] = stack_get_slow(NULL, 18))) {
        *(volatile int *)(stacks[n]->top - 64) = n;
        EXPECT(is_guarded(stack_low(stacks[n]) - 1), "stack %d", n);
        n++;
    }
    if (room < (64 << 20))
        EXPECT((size_t)n * slot > room / 2, "%d stacks in %zu bytes", n, room);
    EXPECT(n < MOST && (size_t)n * slot <= room, "%d stacks in %zu bytes", n, room);
    for (int i = 1; i < n; i++) {
        EXPECT(*(volatile int *)(stacks[i]->top - 64) == i, "stack %d", i);
        stack_put_slow(NULL, stacks[i]);
    }
    EXPECT(stack_get_slow(NULL, 18), "one was given back");
}

int main(void)
{
    SKIP_VALGRIND("the limit is its own");
    SKIP_SANITIZED("address space cannot be limited");
    static const size_t rooms[] = {2 << 20, 8 << 20, 40 << 20, 256 << 20};
    struct outcome o;
    for (int i = 0; i < 4; i++) {
        run_child(&o, child, (void *)rooms[i]);
        if (WIFEXITED(o.status) && WEXITSTATUS(o.status) == 77)
            SKIP("address space cannot be limited here");
        expect_exit(&o, 0);
        EXPECT(!*o.text, "it said: %s", o.text);
    }
}
