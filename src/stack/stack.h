/* SPDX-License-Identifier: MIT */
/*
 * The stack pool: guarded stacks in slots of a power of two, carved from chunks.
 *
 *   slot       +----------------------------+  top (slot-aligned end)
 *              | first frame starts up to   |
 *              | 1 KiB lower (colouring)    |
 *              | usable                     |
 *       low -> +----------------------------+
 *              | guard: slot/4, <= 64 KiB   |
 *              +----------------------------+  slot-aligned
 *
 * Who may call: any thread; the cache is its owner's alone.
 */
#ifndef FADEN_STACK_STACK_H
#define FADEN_STACK_STACK_H

#include <faden/base.h>

enum { STACK_SHIFT_MIN = 14, STACK_SHIFT_MAX = 31 }; /* slots of 16 KiB to 2 GiB */
#define STACK_SIZE_DEFAULT ((size_t)192 << 10)       /* usable, in a slot of 256 KiB */
#define STACK_SIZE_MAX ((size_t)1 << 30)

/* What a stack belongs to, for the overflow report. */
enum stack_use { STACK_FREE, STACK_TASK, STACK_CORO };

/* One slot. These records lie beside the stacks, not in them: a free stack owns no memory. */
struct stack {
    char *top;
    void *owner;        /* the task or coroutine, by use */
    struct stack *next; /* in a free list */
    uint8_t shift;      /* slot size is 1 << shift */
    uint8_t use;        /* enum stack_use; written before the first instruction runs on it */
    uint8_t clean;      /* never touched since mapped or discarded */
    uint8_t guarded;    /* its guard stands (it is made when the slot is first given out) */
    uint32_t tool;      /* valgrind's number for it */
};

static inline size_t stack_guard_size(const struct stack *s)
{
    size_t quarter = ((size_t)1 << s->shift) / 4;
    return quarter < 65536 ? quarter : 65536;
}
static inline size_t stack_size(const struct stack *s) /* usable bytes */
{
    return ((size_t)1 << s->shift) - stack_guard_size(s);
}
static inline char *stack_low(const struct stack *s) /* lowest usable address */
{
    return s->top - stack_size(s);
}
/* Where the first frame goes: 16-byte aligned, staggered by slot so that the hot frames of many
   tasks do not fall into the same cache sets. */
char *stack_first_frame(const struct stack *s);

/* A cpu's own stacks, all of the class that its tasks use by default. */
struct stack_cache {
    struct stack *free; /* touched ones, last used first */
    uint32_t count;     /* in free */
    uint32_t low;       /* the least count since the last trim: so many were not needed */
    uint8_t shift;      /* the class it keeps */
};

void stack_cache_init(struct stack_cache *cache, size_t usable);
/* Give everything to the pool. */
void stack_cache_drain(struct stack_cache *cache);

/* The slot class that has `usable` bytes, or -EINVAL beyond STACK_SIZE_MAX. */
int stack_shift_for(size_t usable);

/* A stack of class `shift`. cache may be NULL (a plain thread). NULL: out of memory or mappings. */
struct stack *stack_get_slow(struct stack_cache *cache, unsigned shift);
static inline struct stack *stack_get(struct stack_cache *cache, unsigned shift)
{
    struct stack *s = cache->free;
    if (__builtin_expect(!s || shift != cache->shift, 0))
        return stack_get_slow(cache, shift);
    cache->free = s->next;
    if (--cache->count < cache->low)
        cache->low = cache->count;
    return s;
}

/* Back to where it came from. Nothing may run on it. */
void stack_put_slow(struct stack_cache *cache, struct stack *s);
static inline void stack_put(struct stack_cache *cache, struct stack *s)
{
    s->use = STACK_FREE;
    if (__builtin_expect(s->shift != cache->shift, 0)) {
        stack_put_slow(cache, s);
        return;
    }
    s->next = cache->free;
    cache->free = s;
    cache->count++;
}

/*
 * Memory goes back after a burst: called every STACK_TRIM_PERIOD or so. Of the stacks in the cache
 * that were not needed since the last call, all beyond STACK_CACHE_KEEP are discarded, at most
 * STACK_TRIM_BATCH a call. Gives whether there is more to do, that is, whether to call again soon.
 */
#define STACK_TRIM_PERIOD (100 * FADEN_MSEC)
enum { STACK_CACHE_KEEP = 64, STACK_TRIM_BATCH = 1024 };
bool stack_trim(struct stack_cache *cache);
static inline bool stack_trim_wanted(const struct stack_cache *cache)
{
    return cache->count > STACK_CACHE_KEEP;
}

/* Bytes in use or once used at the top of the stack since it was last clean. */
size_t stack_high_water(const struct stack *s);
/* Discard what is on a stack that nobody uses, so that the high-water mark begins at zero. */
void stack_clean(struct stack *s);

/* Numbers for faden_stats_get: slots in use and cached, all classes. */
void stack_counts(uint64_t *in_use, uint64_t *cached);

/* The slot whose guard or usable part `address` lies in, or NULL. Async-signal-safe. */
struct stack *stack_find(const void *address);

/*
 * `address` faulted. If it lies in the guard of a stack in use, write the report (who, where made,
 * how large, what to ask for) and give true. Async-signal-safe, on any stack. The layer above
 * registers how to name a task: coroutines are known here.
 */
bool stack_fault_report(const void *address);
struct stack_owner {
    const char *kind, *name, *site;
};
extern void (*stack_describe_task)(const void *task, struct stack_owner *out);

#endif
