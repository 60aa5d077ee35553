/* SPDX-License-Identifier: MIT */
/*
 * Address space for stacks and records.
 *
 * A stack gets all its pages when its guard is made, which the core does once, before it gives the
 * stack out: the kernel takes no page fault on a stack, where the trap itself would need the
 * missing page; and to have no memory is an error code there, not a fault later. The guard has no
 * pages. Pages of a stack stay; to discard them is to clear them.
 *
 * Everything else in a chunk gets its pages when it is touched, and gives them back.
 *
 *   chunk   | guard | stack        | guard | stack        | ...       slots of `slot` bytes
 */
#include "kernel.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "platform/platform.h"
#include "stacks.h"

enum { CHUNKS = 1024, RESERVE = 64 /* pages that stay for records */ };

static struct chunk {
    uintptr_t at;
    size_t size, slot;
    uint32_t is_stacks; /* guards were made in it */
} chunks[CHUNKS];
static uint32_t chunks_count; /* entries below it are complete */
static uintptr_t next = STACKS_BASE;
static struct spinlock lock;

/* Chunks are aligned to the size of their slots: so the core says it. */
char *platform_stack_chunk(size_t size, size_t align)
{
    char *found = NULL;
    spin_lock(&lock);
    uintptr_t at = (next + align - 1) & -(uintptr_t)align;
    uint32_t n = chunks_count;
    if (n < CHUNKS && size <= STACKS_BASE + STACKS_SIZE - at) {
        chunks[n] = (struct chunk){at, size, align, 0};
        store_release(&chunks_count, n + 1);
        next = at + size;
        found = (char *)at;
    }
    spin_unlock(&lock);
    return found;
}

static struct chunk *chunk_of(uintptr_t at)
{
    uint32_t n = load_acquire(&chunks_count);
    for (uint32_t i = 0; i < n; i++)
        if (at - chunks[i].at < chunks[i].size)
            return &chunks[i];
    return NULL;
}

/* false: no memory. */
static bool map_fresh(uintptr_t at)
{
    void *page = page_zeroed();
    if (!page)
        return false;
    if (!space_map(kernel_space, at, physical(page), PAGE_SIZE, SPACE_WRITE))
        return true;
    pages_free(page, 0);
    return false;
}

static pte_t *mapped(uintptr_t at)
{
    pte_t *e = space_entry(kernel_space, at);
    return e && pte_present(*e) ? e : NULL;
}

/* On no other processor may it be in use. */
static void unmap(uintptr_t from, uintptr_t to)
{
    for (uintptr_t at = from; at < to; at += PAGE_SIZE) {
        pte_t *e = mapped(at);
        if (!e)
            continue;
        void *page = direct(pte_address(*e));
        *e = 0;
        tlb_flush_page(at);
        processors_fence();
        pages_free(page, 0);
    }
}

int platform_stack_guard(char *low, size_t size)
{
    struct chunk *c = chunk_of((uintptr_t)low);
    if (!c || ((uintptr_t)low | size) & (PAGE_SIZE - 1))
        return -EINVAL;
    uintptr_t at = (uintptr_t)low + size, end = (((uintptr_t)low | (c->slot - 1)) + 1);
    if (pages_available() < (end - at) / PAGE_SIZE + RESERVE)
        return -ENOMEM;
    c->is_stacks = 1;
    unmap((uintptr_t)low, (uintptr_t)low + size);
    for (uintptr_t p = at; p < end; p += PAGE_SIZE)
        if (!mapped(p) && !map_fresh(p)) {
            unmap(at, p);
            return -ENOMEM;
        }
    return 0;
}

/* A run of slots may be discarded at once, guards and all. */
void platform_stack_discard(char *low, size_t size)
{
    struct chunk *c = chunk_of((uintptr_t)low);
    uintptr_t end = (uintptr_t)low + size;
    if (c && !c->is_stacks) {
        unmap((uintptr_t)low, end);
        return;
    }
    for (uintptr_t at = (uintptr_t)low; at < end; at += PAGE_SIZE)
        if (mapped(at))
            memset((void *)at, 0, PAGE_SIZE);
}

char *platform_stack_touched(char *low, char *high)
{
    uintptr_t at = (uintptr_t)low & -(uintptr_t)PAGE_SIZE;
    while (at < (uintptr_t)high && !mapped(at))
        at += PAGE_SIZE;
    if (at >= (uintptr_t)high)
        return high;
    return at < (uintptr_t)low ? low : (char *)at;
}

bool stacks_touch(uintptr_t at)
{
    struct chunk *c = chunk_of(at);
    return c && !c->is_stacks && !mapped(at) && map_fresh(at & -(uintptr_t)PAGE_SIZE);
}
