/* SPDX-License-Identifier: MIT */
/* The allocators and the page tables: nothing is given out twice, nothing is lost, no page of the
   kernel is both writable and executable. */
#include <unistd.h>

#include "kernel.h"
#include "platform/platform.h"

int test_kernel_memory(int argc, char **argv);

#define EXPECT(condition)                                                 \
    do {                                                                  \
        if (!(condition)) {                                               \
            print("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                     \
        }                                                                 \
    } while (0)

enum { BLOCKS = 200, ROUNDS = 4000, ORDERS = 6, SIZES = 3000 };

static struct {
    unsigned char *at;
    size_t size;
    unsigned char mark;
} blocks[BLOCKS];

static uint32_t random_of(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static void fill(unsigned i, unsigned char *at, size_t size, unsigned char mark)
{
    blocks[i].at = at;
    blocks[i].size = size;
    blocks[i].mark = mark;
    memset(at, mark, size);
}

static void check(unsigned i)
{
    for (size_t b = 0; b < blocks[i].size; b++)
        EXPECT(blocks[i].at[b] == blocks[i].mark);
}

static unsigned order_of(size_t size)
{
    unsigned order = 0;
    while (((size_t)PAGE_SIZE << order) < size)
        order++;
    return order;
}

static void pages(void)
{
    uint64_t seed = 1;
    size_t before = pages_available();
    for (int round = 0; round < ROUNDS; round++) {
        unsigned i = random_of(&seed) % BLOCKS, order = random_of(&seed) % ORDERS;
        if (blocks[i].at) {
            check(i);
            pages_free(blocks[i].at, order_of(blocks[i].size));
            blocks[i].at = NULL;
        } else {
            void *p = pages_alloc(order);
            EXPECT(p && (uintptr_t)p % ((size_t)PAGE_SIZE << order) == 0);
            fill(i, p, (size_t)PAGE_SIZE << order, (unsigned char)round);
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks[i].at) {
            check(i);
            pages_free(blocks[i].at, order_of(blocks[i].size));
            blocks[i].at = NULL;
        }
    EXPECT(pages_available() == before);
}

static void records(void)
{
    uint64_t seed = 2;
    for (int round = 0; round < ROUNDS; round++) {
        unsigned i = random_of(&seed) % BLOCKS;
        size_t size = 1 + random_of(&seed) % SIZES;
        if (blocks[i].at) {
            check(i);
            platform_free(blocks[i].at, blocks[i].size);
            blocks[i].at = NULL;
        } else {
            void *p = platform_alloc(size);
            EXPECT(p && (uintptr_t)p % 16 == 0);
            fill(i, p, size, (unsigned char)round);
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks[i].at)
            platform_free(blocks[i].at, blocks[i].size);
}

/* All of them, then one more; and all come back as the large blocks they were. */
static void exhausted(void)
{
    size_t before = pages_available();
    void *list = NULL, *p;
    while ((p = pages_alloc(0))) {
        *(void **)p = list;
        list = p;
    }
    EXPECT(pages_available() == 0 && !platform_alloc(PAGE_SIZE * 4));
    while ((p = list)) {
        list = *(void **)p;
        pages_free(p, 0);
    }
    EXPECT(pages_available() == before);
    p = pages_alloc(10);
    EXPECT(p);
    pages_free(p, 10);
}

/* Every byte, and none beside it, whatever the alignments and the length. */
static void copy(size_t to, size_t from, size_t n)
{
    enum { MOST = 256 };
    static uint64_t a[MOST / 8], b[MOST / 8];
    unsigned char *x = (unsigned char *)a, *y = (unsigned char *)b;
    for (unsigned i = 0; i < MOST; i++) {
        x[i] = (unsigned char)(i + 1);
        y[i] = (unsigned char)(i ^ 0xff);
    }
    memcpy(y + to, x + from, n);
    for (size_t i = 0; i < MOST; i++)
        EXPECT(y[i] == (i - to < n ? x[i - to + from] : (i ^ 0xff)));
    memset(y + to, 0x5a, n);
    for (size_t i = 0; i < MOST; i++)
        EXPECT(y[i] == (i - to < n ? 0x5a : (i ^ 0xff)));
}

static void copies(void)
{
    static const size_t offsets[] = {0, 1, 8, 12};
    for (size_t n = 0; n < 150; n++)
        for (unsigned i = 0; i < 4; i++)
            for (unsigned j = 0; j < 4; j++)
                copy(offsets[i], offsets[j], n);
}

static size_t leaves;

static const unsigned places[] = {0, 1, 7, 8, 15, 17, 63, 64, 505, 511, 512, 1000, 70000};
enum { PLACES = sizeof places / sizeof *places };

static int count(void *arg, uintptr_t at, pte_t *e)
{
    const uintptr_t *base = arg;
    EXPECT(leaves < PLACES && at == *base + (uintptr_t)places[leaves] * PAGE_SIZE);
    EXPECT(pte_present(*e));
    leaves++;
    return 0;
}

/* Pages here and there in a space: each is found once, in order. */
static void sparse(void *page)
{
    uintptr_t base = 0x400000;
    pte_t *space = space_new();
    EXPECT(page && space);
    for (unsigned i = 0; i < PLACES; i++)
        EXPECT(!space_map(space, base + (uintptr_t)places[i] * PAGE_SIZE, physical(page), PAGE_SIZE,
                          SPACE_USER));
    leaves = 0;
    EXPECT(space_each_user(space, count, &base) == 0 && leaves == PLACES);
    space_delete(space);
}

/* The second time there are enough records for tables that are smaller than a page. */
static void sparse_twice(void)
{
    void *page = pages_alloc(0);
    sparse(page);
    size_t before = pages_available();
    sparse(page);
    EXPECT(pages_available() == before);
    pages_free(page, 0);
}

/* Some processors have nothing that forbids execution; then entries cannot say it. */
static bool can_forbid(void)
{
    return !pte_executable(pte_make(0, 0, true, false, false, false));
}

static int look(void *arg, uintptr_t at, pte_t *e)
{
    leaves++;
    EXPECT(!(pte_writable(*e) && pte_executable(*e)) || !can_forbid());
    EXPECT(!pte_user(*e));
    return 0;
}

static void tables(void)
{
    leaves = 0;
    EXPECT(space_each_kernel(look, NULL) == 0);
    EXPECT(leaves > 100);
    EXPECT(!space_is_mapped((uintptr_t)NULL));
    EXPECT(space_is_mapped((uintptr_t)text_begin));
}

int test_kernel_memory(int argc, char **argv)
{
    alarm(60);
    pages();
    records();
    exhausted();
    copies();
    tables();
    sparse_twice();
    return 0;
}
