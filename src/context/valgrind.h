/* SPDX-License-Identifier: MIT */
/*
 * Valgrind must hear where stacks lie that the caller brought, or it takes a switch for a huge
 * change of one stack. Nobody tells us when a context is forgotten, so the registration of a stack
 * is replaced when another one begins at the same address, and else stays: it does no harm.
 * The pool of stacks tells Valgrind about its own.
 *
 * Two threads in here at a time could at worst make Valgrind complain without reason.
 */
#ifndef FADEN_CONTEXT_VALGRIND_H
#define FADEN_CONTEXT_VALGRIND_H

#include <stddef.h>
#include <stdint.h>

#if __STDC_HOSTED__ && defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif

#ifdef RUNNING_ON_VALGRIND

enum { VALGRIND_STACKS = 1024 };

struct valgrind_stack {
    char *low;
    unsigned id;
};

extern struct valgrind_stack faden__valgrind_stacks[VALGRIND_STACKS];

static inline struct valgrind_stack *valgrind_slot(char *low)
{
    return &faden__valgrind_stacks[((uintptr_t)low >> 4) * 2654435761u / 4096 % VALGRIND_STACKS];
}

/* These bytes are the caller's again: what is below the stack pointer is not out of bounds. */
static inline void valgrind_stack_forget(char *low, size_t size)
{
    struct valgrind_stack *s = valgrind_slot(low);
    if (s->low != low)
        return;
    VALGRIND_STACK_DEREGISTER(s->id);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(low, size);
    s->low = NULL;
}

static inline void valgrind_stack_tell(char *low, size_t size)
{
    if (!RUNNING_ON_VALGRIND)
        return;
    valgrind_stack_forget(low, size);
    struct valgrind_stack *s = valgrind_slot(low);
    s->id = (unsigned)VALGRIND_STACK_REGISTER(low, low + size);
    s->low = low;
}

#else

static inline void valgrind_stack_forget(char *low, size_t size)
{
    (void)low;
    (void)size;
}

static inline void valgrind_stack_tell(char *low, size_t size)
{
    (void)low;
    (void)size;
}

#endif
#endif
