/* SPDX-License-Identifier: MIT */
/*
 * Stacks in and out of the pool.
 *
 * Invariants
 *  1. A stack that is given out has its guard: it is made when the slot is first given out, and
 *     stays. A stack that cannot have one is not given out.
 *  2. A slot is in one place: in use, in one cache, or in one list of its class.
 *  3. Memory that is there is used first: touched stacks before clean ones, clean ones before slots
 *     that were never given out.
 *  The lock is held for list operations and while the pool grows; guards are made and memory is
 * given back outside of it.
 */
#include "stack/pool.h"
#include "stack/tool.h"

enum {
    REFILL = 32, /* stacks a cache takes along when it comes to the pool */
    SPINS = 64,
    KEEP_MOST = 256,       /* touched stacks of a class that stay in the pool… */
    KEEP_BYTES = 64 << 20, /* …as long as they could not pin more than this */
};

struct stack_pool faden__stack_pool;

/* No class below this one can have guards: the pages are too large. Learnt from the first
   refusal. */
static uint32_t least_shift = STACK_SHIFT_MIN;

/* 0: free, 1: held, 2: held, and somebody may sleep on it. */
void pool_lock(void)
{
    uint32_t *lock = &faden__stack_pool.lock;
    for (int i = 0; i < SPINS; i++) {
        uint32_t was = 0;
        if (cas_seq_cst(lock, &was, 1))
            return;
        arch_relax();
    }
    while (exchange_acquire(lock, 2))
        platform_thread_wait(lock, 2, FADEN_FOREVER);
}

void pool_unlock(void)
{
    uint32_t *lock = &faden__stack_pool.lock;
    if (exchange_acq_rel(lock, 0) == 2)
        platform_thread_wake(lock);
}

int stack_shift_for(size_t usable)
{
    struct stack s = {.shift = STACK_SHIFT_MIN};
    if (usable > STACK_SIZE_MAX)
        return -EINVAL;
    while (stack_size(&s) < usable)
        s.shift++;
    return s.shift;
}

static struct stack *pop(struct stack **list)
{
    struct stack *s = *list;
    *list = s->next;
    faden__stack_pool.free--;
    return s;
}

static void push(struct stack **list, struct stack *s)
{
    s->next = *list;
    *list = s;
    faden__stack_pool.free++;
}

void pool_push_touched(struct stack *s)
{
    struct stack_class *class = pool_class(s->shift);
    push(&class->touched, s);
    class->touched_count++;
    faden__stack_pool.touched++;
}

void pool_push_clean(struct stack *s)
{
    push(&pool_class(s->shift)->clean, s);
}

static struct stack *pop_touched(struct stack_class *class)
{
    class->touched_count--;
    faden__stack_pool.touched--;
    return pop(&class->touched);
}

bool pool_has_room(unsigned shift)
{
    uint32_t most = KEEP_BYTES >> shift;
    return pool_class(shift)->touched_count < (most < KEEP_MOST ? most : KEEP_MOST);
}

/* The pool must be locked. */
static void refill(struct stack_cache *cache, struct stack_class *class)
{
    uint32_t n = 0;
    for (; n < REFILL && class->touched; n++) {
        struct stack *s = pop_touched(class);
        s->next = cache->free;
        cache->free = s;
    }
    store_relaxed(&cache->count, cache->count + n);
}

/* The best stack of a class; it may lack its guard. */
static struct stack *take(struct stack_cache *cache, unsigned shift)
{
    struct stack_class *class = pool_class(shift);
    struct stack *s;
    pool_lock();
    if (class->touched) {
        s = pop_touched(class);
        if (cache && cache->hot == shift)
            refill(cache, class);
    } else if (class->clean) {
        s = pop(&class->clean);
    } else if (class->bare) {
        s = pop(&class->bare);
    } else {
        s = pool_fresh_slot(shift);
    }
    pool_unlock();
    return s;
}

static void put_bare(struct stack *s)
{
    pool_lock();
    push(&pool_class(s->shift)->bare, s);
    pool_unlock();
}

struct stack *stack_get_slow(struct stack_cache *cache, unsigned shift)
{
    for (;;) {
        unsigned least = load_relaxed(&least_shift);
        if (shift < least)
            shift = least;
        struct stack *s = take(cache, shift);
        if (!s)
            return NULL;
        int err = s->guarded ? 0 : platform_stack_guard(stack_low(s) - stack_guard_size(s),
                                                        stack_guard_size(s));
        if (!err) {
            s->guarded = true;
            tool_given(s);
            return s;
        }
        put_bare(s);
        if (err != -EINVAL || shift == STACK_SHIFT_MAX)
            return NULL;
        store_relaxed(&least_shift, shift + 1);
    }
}

void stack_put_slow(struct stack_cache *cache, struct stack *s)
{
    (void)cache;
    s->use = STACK_FREE;
    s->clean = false;
    pool_lock();
    bool room = pool_has_room(s->shift);
    if (room)
        pool_push_touched(s);
    pool_unlock();
    if (!room) {
        s->next = NULL;
        pool_discard(s);
    }
}

void stack_counts(uint64_t *in_use, uint64_t *cached)
{
    struct stack_pool *pool = &faden__stack_pool;
    uint64_t in_caches = 0;
    pool_lock();
    for (struct stack_cache *c = pool->caches; c; c = c->next)
        in_caches += load_relaxed(&c->count);
    *cached = pool->touched + in_caches;
    *in_use = pool->given - pool->free - in_caches;
    pool_unlock();
}
