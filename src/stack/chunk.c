/* SPDX-License-Identifier: MIT */
/*
 * Chunks of slots, and finding the slot of an address.
 *
 * Invariants
 *  1. The list of chunks only grows, at its head; a chunk is complete before it is published.
 *  2. records[0 .. given) are valid for ever; a record is written before `given` says so.
 * So stack_find may run at any moment, in a signal handler too, without the lock.
 */
#include "stack/pool.h"

/* A class doubles what it has: few chunks, and address space in proportion to the need. */
enum { CHUNK_LEAST = 4 << 20, CHUNK_MOST = 256 << 20 };

static struct chunk *chunks;

static struct chunk *chunk_new(unsigned shift, uint32_t slots)
{
    size_t record_bytes = sizeof(struct chunk) + slots * sizeof(struct stack);
    size_t bytes = (size_t)slots << shift;
    struct chunk *c = platform_alloc(record_bytes);
    if (!c)
        return NULL;
    char *base = platform_stack_chunk(bytes, (size_t)1 << shift);
    if (!base) {
        platform_free(c, record_bytes);
        return NULL;
    }
    *c = (struct chunk){.next = chunks, .base = base, .slots = slots, .shift = (uint8_t)shift};
    store_release(&chunks, c);
    return c;
}

/* A chunk as large as is good, or else as is possible. */
static struct chunk *class_grow(struct stack_class *class, unsigned shift)
{
    size_t bytes = class->mapped < CHUNK_LEAST  ? CHUNK_LEAST
                   : class->mapped > CHUNK_MOST ? CHUNK_MOST
                                                : class->mapped;
    uint32_t slots = (uint32_t)(bytes >> shift);
    struct chunk *c = chunk_new(shift, slots ? slots : 1);
    while (!c && (slots /= 2))
        c = chunk_new(shift, slots);
    if (c) {
        class->newest = c;
        class->mapped += (size_t)c->slots << shift;
    }
    return c;
}

struct stack *pool_fresh_slot(unsigned shift)
{
    struct stack_class *class = pool_class(shift);
    struct chunk *c = class->newest;
    if (!c || c->given == c->slots)
        c = class_grow(class, shift);
    if (!c)
        return NULL;
    uint32_t i = c->given;
    struct stack *s = &c->records[i];
    *s = (struct stack){
        .top = c->base + ((size_t)(i + 1) << shift),
        .shift = (uint8_t)shift,
        .use = STACK_FREE,
        .clean = true,
    };
    store_release(&c->given, i + 1);
    faden__stack_pool.given++;
    return s;
}

struct stack *stack_find(const void *address)
{
    for (struct chunk *c = load_acquire(&chunks); c; c = c->next) {
        size_t offset = (uintptr_t)address - (uintptr_t)c->base; /* huge if it lies below */
        size_t slot = offset >> c->shift;
        if (slot < c->slots)
            return slot < load_acquire(&c->given) ? &c->records[slot] : NULL;
    }
    return NULL;
}
