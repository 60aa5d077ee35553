/* SPDX-License-Identifier: MIT */
/*
 * usage: many STACKS [SLOT-KIB] So many guarded stacks with one page touched each, under the
 * default vm.max_map_count: they take a handful of mappings and hardly more memory than that page,
 * and keep what is written to them.
 */
#include "helpers.h"

enum { MAPPINGS_MOST = 16, CHECKED = 997 };

static long available_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %ld", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

static size_t *mark(const struct stack *s)
{
    return (size_t *)stack_first_frame(s) - 8;
}

static double bytes_each(long before, long after, size_t n)
{
    return (double)(after - before) * 1024 / (double)n;
}

int main(int argc, char **argv)
{
    SKIP_VALGRIND("memory is measured in vain");
    SKIP_SANITIZED("memory is measured in vain");
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    size_t slot = (argc > 2 ? strtoul(argv[2], NULL, 10) : 256) << 10;
    long page = sysconf(_SC_PAGESIZE);
    if (available_kib() < (long)(n * 5 / 1024 * 1024 / 1000 + 100000))
        SKIP("too little memory for %zu stacks", n);
    if (!kernel_has_marks())
        SKIP("this kernel lacks MADV_GUARD_INSTALL");

    struct stack **stacks = malloc(n * sizeof *stacks);
    for (size_t i = 0; stacks && i < n; i++)
        stacks[i] = (struct stack *)i; /* the test's own memory is not counted */
    EXPECT(stacks, "no memory");
    unsigned shift = (unsigned)__builtin_ctzl(slot);
    long rss = status_kib("VmRSS"), pte = status_kib("VmPTE"), maps = mappings();
    for (size_t i = 0; i < n; i++) {
        stacks[i] = stack_get_slow(NULL, shift);
        EXPECT(stacks[i], "no stack after %zu", i);
        *mark(stacks[i]) = i;
    }
    long rss2 = status_kib("VmRSS"), pte2 = status_kib("VmPTE"), maps2 = mappings();

    for (size_t i = 0; i < n; i++) {
        EXPECT(*mark(stacks[i]) == i, "stack %zu holds %zu", i, *mark(stacks[i]));
        EXPECT(stack_find(mark(stacks[i])) == stacks[i] || i % CHECKED, "stack %zu not found", i);
        EXPECT(i % CHECKED || is_guarded(stack_low(stacks[i]) - 1), "stack %zu has no guard", i);
    }
    EXPECT(maps2 - maps <= MAPPINGS_MOST, "%ld mappings before, %ld after", maps, maps2);
    double table = (double)slot / 512; /* 8 bytes for each page of 4 KiB */
    double most = (double)page + table + sizeof(struct stack) + 8;
    double each = bytes_each(rss, rss2, n) + bytes_each(pte, pte2, n);
    EXPECT(page != 4096 || n < 100000 || each <= most, "%.1f bytes a stack, at most %.1f", each,
           most);
}
