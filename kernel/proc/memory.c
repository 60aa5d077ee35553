/* SPDX-License-Identifier: MIT */
/*
 * The memory of processes. The kernel reaches it by walking the page table and going through the
 * direct map: it never follows a user's pointer, so a bad one is an error code and nothing else.
 * Pages of an image that cannot be written are shared by all that run it; they lie in the kernel.
 */
#include <errno.h>

#include "base/assert.h"
#include "kernel.h"
#include "proc/process.h"

enum { RESERVE = 128 }; /* pages that processes leave to the kernel */

static bool is_image(uint64_t address)
{
    uint64_t begin = (uintptr_t)kernel_begin - KERNEL_BASE;
    return address >= begin && address < begin + (size_t)(kernel_end - kernel_begin);
}

static void *user_page(void)
{
    return pages_available() > RESERVE ? page_zeroed() : NULL;
}

static int map_page(pte_t *space, uintptr_t at, unsigned access)
{
    void *page = user_page();
    if (!page)
        return -ENOMEM;
    int err = space_map(space, at, physical(page), PAGE_SIZE, access | SPACE_USER);
    if (err)
        pages_free(page, 0);
    return err;
}

int memory_map(pte_t *space, uintptr_t from, uintptr_t to, unsigned access)
{
    for (uintptr_t at = from; at < to; at += PAGE_SIZE) {
        int err = map_page(space, at, access);
        if (err) {
            memory_unmap(space, from, at);
            return err;
        }
    }
    return 0;
}

int memory_share(pte_t *space, uintptr_t at, const void *image, size_t size, unsigned access)
{
    size_t whole = (size + PAGE_SIZE - 1) & -(size_t)PAGE_SIZE;
    return space_map(space, at, (uintptr_t)image - KERNEL_BASE, whole, access | SPACE_USER);
}

void memory_unmap(pte_t *space, uintptr_t from, uintptr_t to)
{
    for (uintptr_t at = from; at < to; at += PAGE_SIZE) {
        pte_t *e = space_entry(space, at);
        if (!e || !pte_present(*e))
            continue;
        uint64_t address = pte_address(*e);
        *e = 0;
        tlb_flush_page(at);
        if (!is_image(address))
            pages_free(direct(address), 0);
    }
}

/* ---- whole spaces ------------------------------------------------------------------------ */

static int copy_page(void *to, uintptr_t at, pte_t *e)
{
    uint64_t from = pte_address(*e);
    unsigned access = (pte_writable(*e) ? SPACE_WRITE : 0) | (pte_executable(*e) ? SPACE_EXEC : 0);
    if (is_image(from))
        return space_map(to, at, from, PAGE_SIZE, access | SPACE_USER);
    void *page = pages_available() > RESERVE ? pages_alloc(0) : NULL;
    if (!page)
        return -ENOMEM;
    memcpy(page, direct(from), PAGE_SIZE);
    int err = space_map(to, at, physical(page), PAGE_SIZE, access | SPACE_USER);
    if (err)
        pages_free(page, 0);
    return err;
}

int memory_copy(pte_t *to, pte_t *from)
{
    return space_each_user(from, copy_page, to);
}

static int free_page(void *arg, uintptr_t at, pte_t *e)
{
    if (!is_image(pte_address(*e)))
        pages_free(direct(pte_address(*e)), 0);
    return 0;
}

void memory_delete(pte_t *space)
{
    CHECK(space_current() != physical(space), "memory_delete: this page table is loaded");
    space_each_user(space, free_page, NULL);
    space_delete(space);
}

/* ---- in and out -------------------------------------------------------------------------- */

/* Where the kernel finds the byte at `at`; NULL: the process may not touch it so. */
static char *reach(pte_t *space, uintptr_t at, bool write)
{
    pte_t *e = at >= USER_BEGIN && at < USER_END ? space_entry(space, at) : NULL;
    if (!e || !pte_present(*e) || !pte_user(*e) || (write && !pte_writable(*e)))
        return NULL;
    return (char *)direct(pte_address(*e)) + at % PAGE_SIZE;
}

static char *reach_or_touch(struct process *p, uintptr_t at, bool write)
{
    char *c = reach(p->space, at, write);
    return c || !memory_touch(p, at) ? c : reach(p->space, at, write);
}

static size_t in_page(uintptr_t at, size_t n)
{
    size_t left = PAGE_SIZE - at % PAGE_SIZE;
    return n < left ? n : left;
}

int memory_in(struct process *p, void *to, uintptr_t from, size_t n)
{
    char *d = to;
    while (n) {
        size_t part = in_page(from, n);
        const char *s = reach_or_touch(p, from, false);
        if (!s)
            return -EFAULT;
        memcpy(d, s, part);
        d += part, from += part, n -= part;
    }
    return 0;
}

int memory_out(pte_t *space, uintptr_t to, const void *from, size_t n)
{
    const char *s = from;
    while (n) {
        size_t part = in_page(to, n);
        char *d = reach(space, to, true);
        if (!d)
            return -EFAULT;
        memcpy(d, s, part);
        s += part, to += part, n -= part;
    }
    return 0;
}

int memory_string(struct process *p, char *to, uintptr_t from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const char *c = reach_or_touch(p, from + i, false);
        if (!c)
            return -EFAULT;
        to[i] = *c;
        if (!*c)
            return (int)i;
    }
    return -E2BIG;
}

/* ---- the stack grows when it is touched -------------------------------------------------- */

bool memory_touch(struct process *p, uintptr_t at)
{
    if (at < USER_STACK_TOP - USER_STACK_MOST || at >= USER_STACK_TOP)
        return false;
    pte_t *e = space_entry(p->space, at);
    if (e && pte_present(*e))
        return false;
    return map_page(p->space, at & -(uintptr_t)PAGE_SIZE, SPACE_WRITE) == 0;
}
