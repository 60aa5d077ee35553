/* SPDX-License-Identifier: MIT */
/*
 * Where each guard takes mappings, there are as many guarded stacks as vm.max_map_count allows,
 * with some left for the program. Then: -ENOMEM, said once with the number to change; never a stack
 * without a guard; those that are there go on, and one that is given back can be had again.
 */
#include <sys/mman.h>

#include "helpers.h"

enum { MOST = 100000 };

static struct stack *stacks[MOST];
static int n;

static void *fn(void *arg)
{
    return arg;
}

static void fill(void)
{
    unsigned shift = (unsigned)stack_shift_for(STACK_SIZE_DEFAULT);
    while (n < MOST && (stacks[n] = stack_get_slow(NULL, shift))) {
        *(volatile int *)(stacks[n]->top - 64) = n;
        n++;
    }
    EXPECT(!stack_get_slow(NULL, shift), "and none later");
}

static void expect_all_good(void)
{
    for (int i = 0; i < n; i++) {
        EXPECT(is_guarded(stack_low(stacks[i]) - 1) && is_guarded(guard_low(stacks[i])),
               "stack %d has no guard", i);
        EXPECT(*(volatile int *)(stacks[i]->top - 64) == i, "stack %d", i);
    }
}

static void child(void *arg)
{
    uint64_t in_use, cached;
    faden_coro *c = NULL;
    (void)arg;
    setenv("FADEN_GUARD", "mprotect", 1);
    fill();
    fprintf(stderr, "stacks: %d\n", n);
    EXPECT(faden_coro_new(&c, fn, NULL) == -ENOMEM && !c, "no stack, no coroutine");
    stack_counts(&in_use, &cached);
    EXPECT(in_use == (uint64_t)n && cached == 0, "%lu in use, %lu cached", (long)in_use,
           (long)cached);
    expect_all_good();
    /* the program itself can still map memory */
    for (int i = 0; i < 1000; i++)
        EXPECT(mmap(NULL, 4096, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                   != MAP_FAILED,
               "%s", strerror(errno));
    stack_put_slow(NULL, stacks[--n]);
    EXPECT(faden_coro_new(&c, fn, NULL) == 0, "one was given back");
    EXPECT(faden_coro_resume(c, c) == c, "it runs");
    faden_coro_delete(c);
    fill();
    expect_all_good();
}

static long max_map_count(void)
{
    long limit = 0;
    FILE *f = fopen("/proc/sys/vm/max_map_count", "r");
    if (!f || fscanf(f, "%ld", &limit) != 1)
        SKIP("vm.max_map_count cannot be read");
    fclose(f);
    return limit;
}

int main(void)
{
    SKIP_VALGRIND("so many stacks take minutes");
    struct outcome o;
    char text[128];
    int had = 0;
    long limit = max_map_count();
    if (limit > 2 * MOST)
        SKIP("vm.max_map_count is %ld: more than this test wants to fill", limit);
    run_child(&o, child, NULL);
    expect_exit(&o, 0);
    const char *p = strstr(o.text, "stacks: ");
    EXPECT(p && sscanf(p, "stacks: %d", &had) == 1, "%s", o.text);
    EXPECT(had > limit * 4 / 10 && had < limit / 2, "%d stacks of %ld mappings", had, limit);
    EXPECT(count_of(o.text, "faden: no guard can be made for one more stack: ") == 1, "%s", o.text);
    snprintf(text, sizeof text, "%d have theirs", had);
    expect_text(&o, text);
    snprintf(text, sizeof text,
             "vm.max_map_count is %ld. Raise it (sysctl -w vm.max_map_count=%ld)", limit,
             4 * limit);
    expect_text(&o, text);
}
