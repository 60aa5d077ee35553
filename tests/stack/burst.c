/* SPDX-License-Identifier: MIT */
/*
 * Memory goes back after a burst. In a cache: with the calls of stack_trim that a cpu makes, in
 * bounded time, but not what was needed since the last call, and not the stacks kept for the next
 * task. In the pool: at once.
 */
#include <time.h>

#include "helpers.h"

enum { BURST = 20000, KEPT_KIB_MOST = 4096 };

static struct stack *stacks[BURST];

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void get(struct stack_cache *cache, int from, int to)
{
    for (int i = from; i < to; i++) {
        stacks[i] = stack_get(cache, cache->shift);
        EXPECT(stacks[i], "no stack");
        memset(stacks[i]->top - 6000, 1, 6000); /* two pages */
    }
}

static void put(struct stack_cache *cache, int from, int to)
{
    for (int i = from; i < to; i++)
        stack_put(cache, stacks[i]);
}

static int trim_all(struct stack_cache *cache)
{
    int calls = 1;
    uint32_t count = cache->count;
    while (stack_trim(cache)) {
        EXPECT(count - cache->count == STACK_TRIM_BATCH, "%u in one call", count - cache->count);
        count = cache->count;
        calls++;
    }
    return calls;
}

static void cached(struct stack_cache *cache)
{
    long before = status_kib("VmRSS");
    get(cache, 0, BURST);
    put(cache, 0, BURST);
    EXPECT(cache->count == BURST && stack_trim_wanted(cache), "%u cached", cache->count);
    EXPECT(status_kib("VmRSS") - before > BURST * 7, "the burst touched memory");

    EXPECT(!stack_trim(cache) && cache->count == BURST, "all were needed since the last call");
    get(cache, 0, 15000); /* 15,000 are needed in this period, 5,000 are not */
    put(cache, 0, 15000);
    EXPECT(trim_all(cache) == (5000 - STACK_CACHE_KEEP + STACK_TRIM_BATCH - 1) / STACK_TRIM_BATCH,
           "5,000 were not needed");
    EXPECT(cache->count == 15000 + STACK_CACHE_KEEP, "%u cached", cache->count);

    double begin = seconds();
    trim_all(cache);
    EXPECT(cache->count == STACK_CACHE_KEEP && !stack_trim_wanted(cache), "%u cached",
           cache->count);
    EXPECT(seconds() - begin < 2, "%.1f s for %d stacks", seconds() - begin, BURST);
    long after = status_kib("VmRSS");
    EXPECT(after - before < KEPT_KIB_MOST, "%ld KiB before, %ld after", before, after);

    get(cache, 0, BURST); /* and all of them can be had again, empty */
    put(cache, 0, BURST);
}

static void pooled(void)
{
    long before = status_kib("VmRSS");
    struct stack_cache cache;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, 0, BURST);
    for (int i = 0; i < BURST; i++)
        stack_put_slow(NULL, stacks[i]);
    long after = status_kib("VmRSS");
    EXPECT(after - before < KEPT_KIB_MOST, "%ld KiB before, %ld after", before, after);
    stack_cache_drain(&cache);
}

static void drained(void)
{
    long before = status_kib("VmRSS");
    struct stack_cache cache;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, 0, BURST);
    put(&cache, 0, BURST);
    stack_cache_drain(&cache);
    long after = status_kib("VmRSS");
    EXPECT(after - before < KEPT_KIB_MOST, "%ld KiB before, %ld after", before, after);
}

int main(void)
{
    SKIP_VALGRIND("caches are off");
    SKIP_SANITIZED("caches are off");
    struct stack_cache cache;
    uint64_t in_use, free;
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    get(&cache, 0, BURST); /* records and page tables stay: not counted */
    put(&cache, 0, BURST);
    stack_cache_drain(&cache);
    stack_cache_init(&cache, STACK_SIZE_DEFAULT);
    cached(&cache);
    stack_cache_drain(&cache);
    pooled();
    drained();
    stack_counts(&in_use, &free);
    EXPECT(in_use == 0, "%lu in use", (unsigned long)in_use);
}
