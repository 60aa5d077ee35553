/* SPDX-License-Identifier: MIT */
/*
 * Coroutines on stacks from the pool. The record lies at the top of the stack, in the page that the
 * first frame touches anyway.
 */
#include "coro/coro.h"
#include "stack/pool.h"

int (*stack_watch_thread)(void);

enum { LINE = 64 };

struct pooled {
    faden_coro coro; /* the first member: one is the other */
    void *(*fn)(void *first);
};

/* It may begin in another thread than the one that made it, which has no alternate stack yet. If
   there is no memory for that one, an overflow kills without a report. */
static void *begin(void *first)
{
    struct pooled *p = (struct pooled *)faden_coro_self();
    if (stack_watch_thread)
        stack_watch_thread();
    return p->fn(first);
}

static struct pooled *record_in(const struct stack *s)
{
    uintptr_t below = (uintptr_t)(stack_first_frame(s) - sizeof(struct pooled));
    return (struct pooled *)(below & -(uintptr_t)LINE);
}

int faden_coro_new_at(faden_coro **out, void *(*fn)(void *), const faden_coro_attr *attr,
                      const char *site)
{
    size_t want = attr && attr->stack_size ? attr->stack_size : STACK_SIZE_DEFAULT;
    int shift = stack_shift_for(want);
    if (shift < 0)
        return shift;
    struct stack *s = stack_get_slow(NULL, (unsigned)shift);
    if (!s)
        return -ENOMEM;
    if (stack_watch_thread && stack_watch_thread() < 0) {
        stack_put_slow(NULL, s);
        return -ENOMEM;
    }
    struct pooled *p = record_in(s);
    char *low = stack_low(s);
    faden__coro_prepare(&p->coro, low, (size_t)((char *)p - low), begin, attr, site);
    p->fn = fn;
    p->coro.pool = s;
    s->owner = &p->coro;
    s->use = STACK_CORO;
    *out = &p->coro;
    return 0;
}

void faden_coro_delete(faden_coro *c)
{
    if (!c)
        return;
    CHECK(c->pool, "faden_coro_delete: the coroutine was not made by faden_coro_new, or it is "
                   "deleted already");
    faden__coro_retire(c, "faden_coro_delete");
    struct stack *s = c->pool;
    c->pool = NULL;
    stack_put_slow(NULL, s);
}
