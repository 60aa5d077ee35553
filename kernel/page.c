/* SPDX-License-Identifier: MIT */
/*
 * Physical pages: a buddy allocator (Knowlton 1965).
 *
 * A block of order k is 2^k pages, aligned to its size. Its buddy is the other half of the block of
 * order k + 1 that holds it; two free buddies are one free block of the next order.
 *
 * Invariants
 *  1. A free block is in the list of its order, linked through its own first words.
 *  2. order_of[page] is FREE + k for the first page of a free block of order k, and anything less
 *     than FREE for every other page; so a look at the buddy's entry tells whether it can be
 * joined.
 *  3. Pages that are not memory are never free.
 */
#include "kernel.h"

#include "base/assert.h"

enum { ORDERS = 20, FREE = 64 };

struct block {
    struct block *next, **from; /* *from is what points here */
};

static struct spinlock lock;
static struct block *lists[ORDERS];
static uint8_t *order_of; /* of page i: see above. It covers [0, limit) */
static size_t limit, available, total;
static unsigned fail_after;

static size_t index_of(const void *p)
{
    return (size_t)(physical(p) / PAGE_SIZE);
}

static struct block *block_at(size_t page)
{
    return direct((uint64_t)page * PAGE_SIZE);
}

static void push(size_t page, unsigned order)
{
    struct block *b = block_at(page);
    b->next = lists[order];
    b->from = &lists[order];
    if (b->next)
        b->next->from = &b->next;
    lists[order] = b;
    order_of[page] = (uint8_t)(FREE + order);
}

static void take(struct block *b)
{
    *b->from = b->next;
    if (b->next)
        b->next->from = b->from;
    order_of[index_of(b)] = 0;
}

/* The lock must be held. */
static void give(size_t page, unsigned order)
{
    available += (size_t)1 << order;
    for (; order + 1 < ORDERS; order++) {
        size_t buddy = page ^ (size_t)1 << order;
        if (buddy >= limit || order_of[buddy] != FREE + order)
            break;
        take(block_at(buddy));
        page &= ~((size_t)1 << order);
    }
    push(page, order);
}

void *pages_alloc(unsigned order)
{
    unsigned k = order;
    struct block *b = NULL;
    spin_lock(&lock);
    if (fail_after && --fail_after == 0)
        fail_after = 1;
    else
        while (k < ORDERS && !(b = lists[k]))
            k++;
    if (b) {
        take(b);
        available -= (size_t)1 << order;
        while (k-- > order)
            push(index_of(b) + ((size_t)1 << k), k);
    }
    spin_unlock(&lock);
    return b;
}

void pages_free(void *p, unsigned order)
{
    CHECK(index_of(p) < limit && order_of[index_of(p)] < FREE, "pages_free: %p is no block in use",
          p);
    spin_lock(&lock);
    give(index_of(p), order);
    spin_unlock(&lock);
}

void *page_zeroed(void)
{
    void *p = pages_alloc(0);
    return p ? memset(p, 0, PAGE_SIZE) : NULL;
}

bool pages_joined(void)
{
    bool joined = true;
    spin_lock(&lock);
    for (size_t page = 0; page < limit && joined; page++) {
        unsigned order = order_of[page] - FREE;
        size_t buddy = page ^ (size_t)1 << order % ORDERS;
        joined = order_of[page] < FREE || buddy >= limit || order_of[buddy] != order_of[page];
    }
    spin_unlock(&lock);
    return joined;
}

size_t pages_available(void)
{
    return available;
}

size_t pages_total(void)
{
    return total;
}

void pages_fail_after(unsigned n)
{
    fail_after = n;
}

size_t pages_init(uint64_t from, uint64_t highest)
{
    limit = (size_t)(highest / PAGE_SIZE);
    order_of = direct(from);
    memset(order_of, 0, limit);
    return limit;
}

void pages_add(uint64_t from, uint64_t to)
{
    size_t page = (size_t)((from + PAGE_SIZE - 1) / PAGE_SIZE), end = (size_t)(to / PAGE_SIZE);
    spin_lock(&lock);
    for (; page < end; page++, total++)
        give(page, 0);
    spin_unlock(&lock);
}
