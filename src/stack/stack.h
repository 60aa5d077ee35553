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

#include "base/atomic.h"

enum { STACK_SHIFT_MIN = 14, STACK_SHIFT_MAX = 31 }; /* slots of 16 KiB to 2 GiB */
#define STACK_SIZE_DEFAULT ((size_t)192 << 10)       /* usable, in a slot of 256 KiB */
#define STACK_SIZE_MAX ((size_t)1 << 30)

/* What a stack belongs to, for the overflow report. */
enum stack_use { STACK_FREE, STACK_TASK, STACK_CORO };

/* One slot. These records lie beside the stacks, not in them: a free stack owns no memory. */
struct stack {
    char *top;
    union {
        void *owner;        /* in use: the task or coroutine, by use */
        struct stack *next; /* free: in a list */
    };
    uint8_t shift;    /* slot size is 1 << shift */
    uint8_t use;      /* enum stack_use; written before the first instruction runs on it */
    uint8_t clean;    /* nothing lay on it when it was given out, or since stack_clean */
    uint8_t guarded;  /* its guard stands (it is made when the slot is first given out) */
    uint32_t tool;    /* valgrind's number for it; 0: none yet */
    union {           /* a program has one of the two sanitizers at most */
        void *handle; /* AddressSanitizer's, while who runs on it is suspended */
        void *fiber;  /* ThreadSanitizer's; stays with the stack */
    };
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
/* Where the first frame goes: 64-byte aligned, staggered by slot so that the hot frames of many
   tasks do not fall into the same cache sets. At most 960 bytes below the top. */
static inline char *stack_first_frame(const struct stack *s)
{
    uintptr_t slot = (uintptr_t)s->top >> s->shift;
    return s->top - ((slot ^ slot >> 4) & 15) * 64;
}

/* A cpu's own stacks, all of the class that its tasks use by default. Every one has its guard. */
struct stack_cache {
    struct stack *free;       /* touched ones, last used first */
    uint32_t count;           /* in free; others may look at it */
    uint32_t low;             /* the least count since the last trim: so many were not needed */
    uint8_t shift;            /* the class it keeps */
    uint8_t hot;              /* the same; 0 where a tool wants to see each stack go in and out */
    struct stack_cache *next; /* in the pool's list of caches */
};

/* The cache begins; `usable` as for stack_shift_for, which must take it. */
void stack_cache_init(struct stack_cache *cache, size_t usable);
/* Give everything to the pool. The cache ends; it may be begun again. */
void stack_cache_drain(struct stack_cache *cache);

/* The slot class that has `usable` bytes, or -EINVAL beyond STACK_SIZE_MAX. */
int stack_shift_for(size_t usable);

/* A stack of class `shift`. cache may be NULL (a plain thread). NULL: out of memory or mappings. */
struct stack *stack_get_slow(struct stack_cache *cache, unsigned shift);
static inline struct stack *stack_get(struct stack_cache *cache, unsigned shift)
{
    struct stack *s = cache->free;
    if (__builtin_expect(!s || shift != cache->hot, 0))
        return stack_get_slow(cache, shift);
    cache->free = s->next;
    store_relaxed(&cache->count, cache->count - 1);
    if (cache->count < cache->low)
        cache->low = cache->count;
    return s;
}

/* Back to where it came from. Nothing may run on it. */
void stack_put_slow(struct stack_cache *cache, struct stack *s);
static inline void stack_put(struct stack_cache *cache, struct stack *s)
{
    s->use = STACK_FREE;
    s->clean = false;
    if (__builtin_expect(s->shift != cache->hot, 0)) {
        stack_put_slow(cache, s);
        return;
    }
    s->next = cache->free;
    cache->free = s;
    store_relaxed(&cache->count, cache->count + 1);
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

/* Bytes in use or once used at the top of the stack since it was last clean: down to the lowest
   word that is not zero. A page that is swapped out counts as unused. Any thread, at any time. */
size_t stack_high_water(const struct stack *s);
/* Discard what is on a stack on which nothing runs, so that the high-water mark begins at zero.
   Costs nothing if it is clean. */
void stack_clean(struct stack *s);

/* Numbers for faden_stats_get: slots in use, and free ones with their memory, all classes. */
void stack_counts(uint64_t *in_use, uint64_t *cached);

/* The slot whose guard or usable part `address` lies in, or NULL. Async-signal-safe. */
struct stack *stack_find(const void *address);

/*
 * `address` faulted. If it lies in the guard of the stack in use on which the calling thread runs,
 * write the report (who, where made, how large, what to ask for) and give true. In the guard of
 * another one it was a stray pointer: say so and give false. Async-signal-safe, on any stack. The
 * layer above registers how to name a task: coroutines are known here.
 */
bool stack_fault_report(const void *address);
struct stack_owner {
    const char *kind, *name, *site; /* "task", …; name may be NULL */
    bool elsewhere;                 /* it does not run on the calling thread; false if unknown */
};
extern void (*stack_describe_task)(const void *task, struct stack_owner *out);

/*
 * Set by a world where a thread needs something before faults on its stacks can be reported (an
 * alternate signal stack). Called by whoever makes a coroutine; a cpu's world does it for the cpu.
 * Cheap when it is done already. Gives 0 or -ENOMEM. NULL: nothing is needed.
 */
extern int (*stack_watch_thread)(void);

#endif
