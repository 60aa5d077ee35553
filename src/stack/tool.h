/* SPDX-License-Identifier: MIT */
/*
 * What tools that watch memory must hear about stacks. Valgrind: this is a stack, and its contents
 * mean nothing when it is given out. AddressSanitizer: what its last user left poisoned (frames
 * that never returned) is good again. Both work with a library that was built without them.
 */
#ifndef FADEN_STACK_TOOL_H
#define FADEN_STACK_TOOL_H

#include "stack/stack.h"

#define NO_SANITIZE __attribute__((no_sanitize("address", "thread", "undefined")))

extern void __asan_unpoison_memory_region(const volatile void *p, size_t size)
    __attribute__((weak));

#if __STDC_HOSTED__ && defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif

#ifdef RUNNING_ON_VALGRIND

static inline bool tool_is_valgrind(void)
{
    return RUNNING_ON_VALGRIND != 0;
}
static inline void tool_valgrind_given(struct stack *s)
{
    if (!s->tool) /* stacks are never given back: it stays registered. 0 is a valid number */
        s->tool = 1 + (uint32_t)VALGRIND_STACK_REGISTER(stack_low(s), s->top);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(stack_low(s), stack_size(s));
}
/* Between these, reading what nobody wrote is no error. */
static inline void tool_quiet_begin(void)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
}
static inline void tool_quiet_end(void)
{
    VALGRIND_ENABLE_ERROR_REPORTING;
}

#else

static inline bool tool_is_valgrind(void)
{
    return false;
}
static inline void tool_valgrind_given(struct stack *s)
{
    (void)s;
}
static inline void tool_quiet_begin(void)
{
}
static inline void tool_quiet_end(void)
{
}

#endif

/* A tool wants to see each stack go out: caches must not hand them out on their own. */
static inline bool tool_watches(void)
{
    return __asan_unpoison_memory_region || tool_is_valgrind();
}

/* `s` is about to be given out. */
static inline void tool_given(struct stack *s)
{
    if (__asan_unpoison_memory_region) {
        __asan_unpoison_memory_region(stack_low(s), stack_size(s));
        s->handle = NULL;
    }
    if (tool_is_valgrind())
        tool_valgrind_given(s);
}

#endif
