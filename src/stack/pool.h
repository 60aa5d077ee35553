/* SPDX-License-Identifier: MIT */
/* Inside the stack pool: what its files share. */
#ifndef FADEN_STACK_POOL_H
#define FADEN_STACK_POOL_H

#include "frame.h"

#include "base/assert.h"
#include "platform/platform.h"
#include "stack/stack.h"

#ifndef ARCH_FAULT_GRAIN /* frame.h of a processor that tells less than the byte has it */
#define ARCH_FAULT_GRAIN 1
#endif

enum { STACK_CLASSES = STACK_SHIFT_MAX - STACK_SHIFT_MIN + 1 };

/* Slots next to each other, with their records. Chunks live for ever. */
struct chunk {
    struct chunk *next; /* older */
    char *base;
    uint32_t slots;
    uint32_t given; /* so many records are valid: their slots were given out at least once */
    uint8_t shift;
    struct stack records[];
};

/* The free stacks of one class that no cache has. */
struct stack_class {
    struct stack *touched; /* guarded; have their memory, last used first */
    struct stack *clean;   /* guarded; own no memory */
    struct stack *bare;    /* were refused a guard; never used */
    struct chunk *newest;  /* has the slots that were never given out */
    size_t mapped;         /* bytes in all its chunks */
    uint32_t touched_count;
};

struct stack_pool {
    uint32_t lock; /* guards everything below */
    struct stack_class classes[STACK_CLASSES];
    struct stack_cache *caches;
    size_t given; /* slots ever given out */
    size_t free;  /* of these, in the lists above */
    size_t touched;
};

extern struct stack_pool faden__stack_pool;

void pool_lock(void);
void pool_unlock(void);

static inline struct stack_class *pool_class(unsigned shift)
{
    return &faden__stack_pool.classes[shift - STACK_SHIFT_MIN];
}

/* The pool must be locked: a slot that was never given out, without a guard. NULL: out of memory or
   of address space. */
struct stack *pool_fresh_slot(unsigned shift);

/* The pool must be locked. */
void pool_push_touched(struct stack *s);
void pool_push_clean(struct stack *s);
bool pool_has_room(unsigned shift); /* for one more touched stack */

/* The pool must not be locked: discard the stacks of `list` and put them into it. */
void pool_discard(struct stack *list);

#endif
