/* SPDX-License-Identifier: MIT */
/*
 * Page tables, a radix tree of PTE_LEVELS levels. The upper half of every root is the kernel's, and
 * its tables of the level below the root are made once, here: so what is mapped later in the
 * kernel's half is seen in all of them. Where SPACE_SPLIT says so, the kernel's half is in the
 * kernel's root only.
 */
#include "kernel.h"

#include "base/assert.h"
#include "machine.h"
#include "platform/platform.h"
#include "processor.h"

enum { ROOT = PTE_LEVELS - 1, HALF = 1 << (pte_bits(ROOT) - 1) /* of a root's entries */ };

pte_t *kernel_space;
static struct spinlock lock; /* for the tables of the kernel's half */

/* What an entry covers. */
static size_t level_size(unsigned level)
{
    size_t size = PAGE_SIZE;
    for (unsigned l = 0; l < level; l++)
        size <<= pte_bits(l);
    return size;
}

static unsigned entries(unsigned level)
{
    return 1u << pte_bits(level);
}

static unsigned slot(uintptr_t at, unsigned level)
{
    return (unsigned)(at / level_size(level)) & (entries(level) - 1);
}

/* Tables are aligned to their size, as memory for records of such sizes is. NULL: no memory. */
static pte_t *table_new(unsigned level)
{
    size_t size = entries(level) * sizeof(pte_t);
    void *table = platform_alloc(size);
    return table ? memset(table, 0, size) : NULL;
}

static pte_t *table_of(pte_t e)
{
    return direct(pte_address(e));
}

/* The entry for `at` in the table of `level`; missing tables are made if `make`. */
static pte_t *walk(pte_t *root, uintptr_t at, unsigned level, bool make)
{
    pte_t *table = root;
    for (unsigned l = PTE_LEVELS - 1; l > level; l--) {
        pte_t *e = &table[slot(at, l)];
        if (!pte_present(*e)) {
            pte_t *below = make ? table_new(l - 1) : NULL;
            if (!below)
                return NULL;
            *e = pte_table(physical(below), l);
        } else if (pte_leaf(*e, l)) {
            return NULL;
        }
        table = table_of(*e);
    }
    return &table[slot(at, level)];
}

pte_t *space_entry(pte_t *root, uintptr_t at)
{
    return walk(root, at, 0, false);
}

/* The largest pages that fit; user pages are always small. */
static unsigned level_for(uintptr_t at, uint64_t address, size_t left, unsigned access)
{
    size_t large = level_size(1);
    bool fits = !(access & SPACE_USER) && !((at | address) & (large - 1)) && left >= large;
    return PTE_LARGE && fits ? 1 : 0;
}

static int map(pte_t *root, uintptr_t at, uint64_t address, size_t size, unsigned access)
{
    while (size) {
        unsigned level = level_for(at, address, size, access);
        size_t step = level_size(level);
        pte_t *e = walk(root, at, level, true);
        if (!e)
            return -ENOMEM;
        *e = pte_make(address, level, access & SPACE_WRITE, access & SPACE_EXEC,
                      access & SPACE_USER, access & SPACE_DEVICE);
        at += step;
        address += step;
        size -= step < size ? step : size;
    }
    pte_written();
    return 0;
}

int space_map(pte_t *root, uintptr_t at, uint64_t address, size_t size, unsigned access)
{
    int err;
    if (root != kernel_space)
        return map(root, at, address, size, access);
    spin_lock(&lock);
    err = map(root, at, address, size, access);
    spin_unlock(&lock);
    return err;
}

bool space_is_mapped(uintptr_t p)
{
    pte_t *table = kernel_space;
    for (unsigned l = PTE_LEVELS; table && l-- > 0;) {
        pte_t e = table[slot(p, l)];
        if (!pte_present(e))
            return false;
        if (pte_leaf(e, l))
            return true;
        table = table_of(e);
    }
    return false;
}

/* In the direct map, or one after the other if it does not show them. */
static uintptr_t device_place(uint64_t page, size_t size)
{
    static uintptr_t next = DEVICES_BASE;
    if (page <= DIRECT_SIZE - size)
        return (uintptr_t)direct(page);
    uintptr_t at = next;
    next += (size + PAGE_SIZE - 1) & -(size_t)PAGE_SIZE;
    return at;
}

void *device_map(uint64_t address, size_t size)
{
    uint64_t page = address & ~(uint64_t)(PAGE_SIZE - 1);
    size_t whole = (size_t)(address - page) + size;
    uintptr_t at = device_place(page, whole);
    int err = space_map(kernel_space, at, page, whole, SPACE_WRITE | SPACE_DEVICE);
    CHECK(!err, "device_map: no memory for tables");
    return (char *)at + (address - page);
}

/* ---- the kernel's own -------------------------------------------------------------------- */

static void must_map(uintptr_t from, uintptr_t to, uint64_t address, unsigned access)
{
    int err = map(kernel_space, from, address, to - from, access);
    CHECK(!err, "space_init: no memory for tables");
}

static uint64_t image_physical(const char *p)
{
    return (uintptr_t)p - KERNEL_BASE;
}

/* The direct map is writable but where the kernel's code and constants lie. */
static void map_memory(uint64_t from, uint64_t to)
{
    uint64_t low = image_physical(kernel_begin), high = image_physical(rodata_end);
    uint64_t cut[4] = {from,
                       low < from ? from
                       : low > to ? to
                                  : low,
                       high < from ? from
                       : high > to ? to
                                   : high,
                       to};
    for (int i = 0; i < 3; i++)
        if (cut[i] < cut[i + 1])
            must_map((uintptr_t)direct(cut[i]), (uintptr_t)direct(cut[i + 1]), cut[i],
                     i == 1 ? 0 : SPACE_WRITE);
}

static void map_image(char *from, char *to, unsigned access)
{
    if (from < to)
        must_map((uintptr_t)from, (uintptr_t)to, image_physical(from), access);
}

void space_init(void)
{
    extern char boot_guard[];
    kernel_space = table_new(ROOT);
    CHECK(kernel_space, "space_init: no memory");
    machine_memory(map_memory);
    map_image(kernel_begin, text_end, SPACE_EXEC);
    map_image(text_end, rodata_end, 0);
    map_image(rodata_end, boot_guard, SPACE_WRITE);
    map_image(boot_guard + PAGE_SIZE, kernel_end, SPACE_WRITE);
    for (unsigned i = HALF; i < entries(ROOT); i++)
        if (!pte_present(kernel_space[i]))
            kernel_space[i] = pte_table(physical(table_new(ROOT - 1)), ROOT);
    machine_map();
    space_load(physical(kernel_space));
}

/* ---- of processes ------------------------------------------------------------------------ */

pte_t *space_new(void)
{
    pte_t *root = table_new(ROOT);
    if (root && !SPACE_SPLIT)
        memcpy(root + HALF, kernel_space + HALF, HALF * sizeof *root);
    return root;
}

/* The next one of the first n entries that is present, from i on; n: none. Most are empty, so they
   are looked at eight at a time. */
static unsigned present(const pte_t *table, unsigned i, unsigned n)
{
    while (i < n) {
        const pte_t *e = &table[i];
        if (i + 8 <= n && !(e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]))
            i += 8;
        else if (pte_present(*e))
            return i;
        else
            i++;
    }
    return n;
}

/* The first n entries of a table. */
static int each(pte_t *table, unsigned level, uintptr_t base, unsigned n,
                int (*fn)(void *arg, uintptr_t at, pte_t *e), void *arg)
{
    int err = 0;
    size_t step = level_size(level);
    for (unsigned i = present(table, 0, n); i < n && !err; i = present(table, i + 1, n)) {
        uintptr_t at = base + i * step;
        if (pte_leaf(table[i], level))
            err = fn(arg, at, &table[i]);
        else
            err = each(table_of(table[i]), level - 1, at, entries(level - 1), fn, arg);
    }
    return err;
}

int space_each_user(pte_t *root, int (*fn)(void *arg, uintptr_t at, pte_t *e), void *arg)
{
    return each(root, ROOT, 0, HALF, fn, arg);
}

int space_each_kernel(int (*fn)(void *arg, uintptr_t at, pte_t *e), void *arg)
{
    int err = 0;
    for (unsigned i = HALF; i < entries(ROOT) && !err; i++)
        if (pte_present(kernel_space[i]))
            err = each(table_of(kernel_space[i]), ROOT - 1, i * level_size(ROOT), entries(ROOT - 1),
                       fn, arg);
    return err;
}

static void delete_table(pte_t *table, unsigned level, unsigned n)
{
    for (unsigned i = level ? present(table, 0, n) : n; i < n; i = present(table, i + 1, n))
        if (!pte_leaf(table[i], level))
            delete_table(table_of(table[i]), level - 1, entries(level - 1));
    platform_free(table, entries(level) * sizeof *table);
}

void space_delete(pte_t *root)
{
    delete_table(root, ROOT, HALF);
}
