/* SPDX-License-Identifier: MIT */
/*
 * Memory for records: sizes of a power of two up to half a page come from lists, cut from pages;
 * larger ones are pages. The size is told again when they are freed, so there are no headers. Pages
 * in the lists do not go back: records are reused.
 */
#include "base/assert.h"
#include "kernel.h"
#include "platform/platform.h"

enum { SHIFT_LEAST = 5, SHIFT_PAGE = 12, CLASSES = SHIFT_PAGE - SHIFT_LEAST };

struct free {
    struct free *next;
};

static struct spinlock lock;
static struct free *lists[CLASSES];

static unsigned class_of(size_t size)
{
    unsigned c = 0;
    while (((size_t)1 << (SHIFT_LEAST + c)) < size)
        c++;
    return c;
}

/* The lock must be held. */
static bool refill(unsigned c)
{
    size_t size = (size_t)1 << (SHIFT_LEAST + c);
    char *page = pages_alloc(0);
    if (!page)
        return false;
    for (size_t at = 0; at < PAGE_SIZE; at += size) {
        struct free *f = (struct free *)(page + at);
        f->next = lists[c];
        lists[c] = f;
    }
    return true;
}

void *platform_alloc(size_t size)
{
    unsigned c = class_of(size);
    struct free *f = NULL;
    if (c >= CLASSES)
        return pages_alloc(c - CLASSES);
    spin_lock(&lock);
    if (lists[c] || refill(c)) {
        f = lists[c];
        lists[c] = f->next;
    }
    spin_unlock(&lock);
    return f;
}

void platform_free(void *p, size_t size)
{
    unsigned c = class_of(size);
    struct free *f = p;
    if (!p)
        return;
    if (c >= CLASSES) {
        pages_free(p, c - CLASSES);
        return;
    }
    spin_lock(&lock);
    f->next = lists[c];
    lists[c] = f;
    spin_unlock(&lock);
}
