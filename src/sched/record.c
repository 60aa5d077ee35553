/* SPDX-License-Identifier: MIT */
/*
 * Task records, from blocks of 64 KiB aligned to their size: a record finds its block by masking
 * its address. When a second block has no record in use, its memory goes back but for the first
 * page, so a burst of tasks leaves little behind. One lock guards all of it.
 *
 *   block   | header, 1 record long | record | record | ... 511 of them
 */
#include "sched/record.h"

#include "sched/lock.h"

enum {
    BLOCK_SIZE = 65536,
    BLOCK_RECORDS = BLOCK_SIZE / sizeof(faden_task) - 1,
    BLOCK_PAGE = 4096,       /* stays when the block is discarded: the header lies in it */
    CHUNK_SIZE = 1024 * 1024 /* address space taken at a time */
};

struct block {
    struct block *next, *prev; /* in the list of those with a free record, or of unused ones */
    faden_task *free;          /* by next */
    uint32_t used, touched;    /* records in use; records ever given out */
};
_Static_assert(sizeof(struct block) <= sizeof(faden_task), "the header takes one record");

static uint32_t lock;
static struct block *available; /* blocks with a free record */
static struct block *empty;     /* the one of them with no record in use, or NULL */
static struct block *unused;    /* discarded blocks, by next */
static char *fresh, *fresh_end; /* never used address space */

static void list_add(struct block *b)
{
    b->prev = NULL;
    b->next = available;
    if (available)
        available->prev = b;
    available = b;
}

static void list_remove(struct block *b)
{
    if (b->prev)
        b->prev->next = b->next;
    else
        available = b->next;
    if (b->next)
        b->next->prev = b->prev;
}

/* A block with nothing in it, put into the list; NULL: out of memory. */
static struct block *block_get(void)
{
    struct block *b = unused;
    if (b) {
        unused = b->next;
    } else {
        if (fresh == fresh_end) {
            fresh = platform_stack_chunk(CHUNK_SIZE, BLOCK_SIZE);
            if (!fresh) {
                fresh_end = NULL;
                return NULL;
            }
            fresh_end = fresh + CHUNK_SIZE;
        }
        b = (struct block *)fresh;
        fresh += BLOCK_SIZE;
    }
    *b = (struct block){.next = NULL};
    list_add(b);
    return b;
}

static void block_discard(struct block *b)
{
    list_remove(b);
    platform_stack_discard((char *)b + BLOCK_PAGE, BLOCK_SIZE - BLOCK_PAGE);
    b->next = unused;
    unused = b;
}

static faden_task *get(void)
{
    struct block *b = available;
    faden_task *t;
    if (unlikely(!b)) {
        b = block_get();
        if (!b)
            return NULL;
    }
    if (b == empty)
        empty = NULL;
    t = b->free;
    if (likely(t != NULL))
        b->free = t->next;
    else
        t = (faden_task *)b + 1 + b->touched++;
    if (++b->used == BLOCK_RECORDS)
        list_remove(b);
    return t;
}

static void put(faden_task *t)
{
    struct block *b = (struct block *)((uintptr_t)t & ~(uintptr_t)(BLOCK_SIZE - 1));
    if (b->used-- == BLOCK_RECORDS)
        list_add(b);
    t->next = b->free;
    b->free = t;
    if (likely(b->used))
        return;
    if (empty)
        block_discard(b);
    else
        empty = b;
}

void records_lock(struct cpu *cpu)
{
    lock_acquire(cpu, &lock);
}

void records_unlock(struct cpu *cpu)
{
    lock_release(cpu, &lock);
}

void records_forget(void)
{
    if (!load_relaxed(&lock))
        return;
    available = empty = unused = NULL;
    fresh = fresh_end = NULL;
    store_relaxed(&lock, 0);
}

faden_task *record_pool_get(struct cpu *cpu)
{
    faden_task *t;
    lock_acquire(cpu, &lock);
    t = get();
    lock_release(cpu, &lock);
    return t;
}

void record_pool_put(struct cpu *cpu, faden_task *t)
{
    t->id = 0;
    lock_acquire(cpu, &lock);
    put(t);
    lock_release(cpu, &lock);
}

void records_fill(struct cpu *cpu)
{
    int i;
    lock_acquire(cpu, &lock);
    for (i = 0; i < RECORDS_BATCH; i++) {
        faden_task *t = get();
        if (!t)
            break;
        t->next = cpu->records;
        cpu->records = t;
        cpu->records_count++;
    }
    lock_release(cpu, &lock);
}

void records_drain(struct cpu *cpu, uint32_t keep)
{
    lock_acquire(cpu, &lock);
    while (cpu->records_count > keep) {
        faden_task *t = cpu->records;
        cpu->records = t->next;
        cpu->records_count--;
        put(t);
    }
    lock_release(cpu, &lock);
}
