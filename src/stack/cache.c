/* SPDX-License-Identifier: MIT */
/* A cpu's cache of stacks: its beginning and end, and how memory goes back after a burst. */
#include "stack/pool.h"
#include "stack/tool.h"

void stack_cache_init(struct stack_cache *cache, size_t usable)
{
    int shift = stack_shift_for(usable);
    CHECK(shift > 0, "stack_cache_init: no stack has %zu bytes", usable);
    *cache = (struct stack_cache){
        .shift = (uint8_t)shift,
        .hot = tool_watches() ? 0 : (uint8_t)shift,
    };
    pool_lock();
    cache->next = faden__stack_pool.caches;
    faden__stack_pool.caches = cache;
    pool_unlock();
}

/* Take `n` stacks off the list, behind the first `skip`; there are that many. */
static struct stack *cut(struct stack_cache *cache, uint32_t skip, uint32_t n)
{
    struct stack **from = &cache->free;
    for (uint32_t i = 0; i < skip; i++)
        from = &(*from)->next;
    struct stack *list = *from, **to = &list;
    for (uint32_t i = 0; i < n; i++)
        to = &(*to)->next;
    *from = *to;
    *to = NULL;
    store_relaxed(&cache->count, cache->count - n);
    return list;
}

void stack_cache_drain(struct stack_cache *cache)
{
    struct stack_pool *pool = &faden__stack_pool;
    struct stack *list = cut(cache, 0, cache->count);
    pool_lock();
    for (struct stack_cache **p = &pool->caches; *p; p = &(*p)->next)
        if (*p == cache) {
            *p = cache->next;
            break;
        }
    while (list && pool_has_room(cache->shift)) {
        struct stack *s = list;
        list = s->next;
        pool_push_touched(s);
    }
    pool_unlock();
    cache->low = 0;
    pool_discard(list);
}

bool stack_trim(struct stack_cache *cache)
{
    uint32_t n = cache->low > STACK_CACHE_KEEP ? cache->low - STACK_CACHE_KEEP : 0;
    bool more = n > STACK_TRIM_BATCH;
    if (more)
        n = STACK_TRIM_BATCH;
    if (n)
        pool_discard(cut(cache, STACK_CACHE_KEEP, n));
    cache->low = more ? cache->low - n : cache->count;
    return more;
}

/* Discard one run of slots, guards and all, that lie side by side from the head of `list`; gives
   the rest. Stacks of a burst come back in order more often than not, and one call for all is
   cheaper. */
static struct stack *discard_run(struct stack *list)
{
    size_t slot = (size_t)1 << list->shift;
    char *low = list->top - slot, *high = list->top;
    struct stack *s = list;
    for (; s; s = s->next) {
        if (s->top == low)
            low -= slot;
        else if (s->top == high + slot)
            high += slot;
        else if (s != list)
            break;
        s->clean = true;
    }
    platform_stack_discard(low, (size_t)(high - low));
    return s;
}

void pool_discard(struct stack *list)
{
    for (struct stack *rest = list; rest;)
        rest = discard_run(rest);
    pool_lock();
    while (list) {
        struct stack *s = list;
        list = s->next;
        pool_push_clean(s);
    }
    pool_unlock();
}
