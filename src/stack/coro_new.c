/* SPDX-License-Identifier: MIT */
/*
 * Coroutines on stacks from the pool. The record lies at the top of the stack, in the page that the
 * first frame touches anyway.
 */
#include "coro/coro.h"
#include "stack/pool.h"

int (*stack_watch_thread)(void);

enum { LINE = 64 };

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
    uintptr_t below = (uintptr_t)(stack_first_frame(s) - sizeof(faden_coro));
    char *record = (char *)(below & -(uintptr_t)LINE);
    faden_coro *c = (faden_coro *)record;
    faden__coro_prepare(c, stack_low(s), (size_t)(record - stack_low(s)), fn, attr, site);
    c->pool = s;
    s->owner = c;
    s->use = STACK_CORO;
    *out = c;
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
