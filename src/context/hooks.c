/* SPDX-License-Identifier: MIT */
/*
 * hooks.h tells what this is for. Between the announcement of a switch and the switch no
 * instrumented code may run: the library's build compiles this file without any sanitizer, and
 * where it is compiled with one, as a part of faden-context.c, the functions that matter are
 * UNSEEN.
 */
#include "context/hooks.h"

#include "base/assert.h"
#include "base/atomic.h"

extern void __sanitizer_start_switch_fiber(void **save, const void *low, size_t size)
    __attribute__((weak));
extern void __sanitizer_finish_switch_fiber(void *handle, const void **old_low, size_t *old_size)
    __attribute__((weak));

extern void __asan_unpoison_memory_region(const void *low, size_t size) __attribute__((weak));
extern void __msan_start_switch_fiber(const void *low, size_t size) __attribute__((weak));
extern void __msan_finish_switch_fiber(const void **old_low, size_t *old_size)
    __attribute__((weak));
extern void *__tsan_get_current_fiber(void) __attribute__((weak));
extern void *__tsan_create_fiber(unsigned flags) __attribute__((weak));
extern void __tsan_destroy_fiber(void *fiber) __attribute__((weak));
extern void __tsan_switch_to_fiber(void *fiber, unsigned flags) __attribute__((weak));

side_source faden__side_sources[SIDE_SOURCES];
static uint32_t fibers; /* ThreadSanitizer's that there are */

/* Per thread: its own stack, which is a side like any other, and what goes with a switch. */
static _Thread_local struct {
    const void *low;
    size_t size;
    void *handle;
    void *fiber;
    struct {
        void *value;
        void *(*finish)(void *);
        void *arriving; /* the handle of the incoming side */
        bool from_thread;
    } box;
} own __attribute__((tls_model("initial-exec")));

static UNSEEN struct side side_now(void)
{
    struct side s;
    int i;
    for (i = 0; i < SIDE_SOURCES; i++)
        if (faden__side_sources[i] && faden__side_sources[i](&s))
            return s;
    return (struct side){own.low, own.size, &own.handle, &own.fiber};
}

static UNSEEN void switch_fiber(const struct side *from, const struct side *to)
{
    if (!__tsan_switch_to_fiber)
        return;
    if (!*from->fiber) /* only a thread's own: the others got theirs when they were switched to */
        *from->fiber = __tsan_get_current_fiber();
    if (!*to->fiber) {
        *to->fiber = __tsan_create_fiber(0);
        fetch_add_relaxed(&fibers, 1);
    }
    __tsan_switch_to_fiber(*to->fiber, 0);
}

void hooks_new_stack(const void *low, size_t size)
{
    if (__asan_unpoison_memory_region)
        __asan_unpoison_memory_region(low, size);
}

void hooks_forget(void **fiber)
{
    if (*fiber && __tsan_destroy_fiber) {
        __tsan_destroy_fiber(*fiber);
        fetch_add_relaxed(&fibers, (uint32_t)-1);
    }
    *fiber = NULL;
}

static UNSEEN struct faden__next hooked_pick(void *a, void *b, void *own_sp,
                                             struct faden__switch_ops *ops)
{
    struct side from = side_now(), to;
    struct faden__next next = ops->own_pick(a, b, own_sp, ops);
    if (next.sp == own_sp)
        return next;
    to = side_now();
    own.box.value = next.value;
    own.box.finish = ops->own_finish;
    own.box.arriving = *to.handle;
    own.box.from_thread = from.handle == &own.handle;
    if (__sanitizer_start_switch_fiber)
        __sanitizer_start_switch_fiber(ops->last ? NULL : from.handle, to.low, to.size);
    if (__msan_start_switch_fiber)
        __msan_start_switch_fiber(to.low, to.size);
    switch_fiber(&from, &to);
    next.value = &own.box;
    return next;
}

static UNSEEN void *hooked_finish(void *value)
{
    const void *low = own.low;
    size_t size = own.size;
    if (value != &own.box) /* we stayed where we were */
        return value;
    if (__sanitizer_finish_switch_fiber)
        __sanitizer_finish_switch_fiber(own.box.arriving, &low, &size);
    if (__msan_finish_switch_fiber)
        __msan_finish_switch_fiber(&low, &size);
    if (own.box.from_thread) {
        own.low = low;
        own.size = size;
    }
    value = own.box.value;
    return value && own.box.finish ? own.box.finish(value) : value;
}

bool hooks_see_order(void)
{
    return __tsan_switch_to_fiber != NULL;
}

bool hooks_have_fibers(void)
{
    return load_relaxed(&fibers);
}

bool hooks_install(struct faden__switch_ops *const *ops, size_t n)
{
    static uint32_t lock; /* two first runs may begin at once */
    size_t i;
    if (!__sanitizer_start_switch_fiber && !__tsan_switch_to_fiber && !__msan_start_switch_fiber)
        return false;
    while (exchange_acquire(&lock, 1))
        ;
    for (i = 0; i < n; i++) {
        if (load_acquire(&ops[i]->pick) == hooked_pick)
            continue;
        ops[i]->own_pick = ops[i]->pick;
        ops[i]->own_finish = ops[i]->finish;
        ops[i]->finish = hooked_finish;
        store_release(&ops[i]->pick, hooked_pick);
    }
    store_release(&lock, 0);
    return true;
}
