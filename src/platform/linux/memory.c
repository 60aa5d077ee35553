/* SPDX-License-Identifier: MIT */
/*
 * Memory. Stacks come from reservations: address space that nobody can touch, of which chunks are
 * made accessible from below. Neighbouring chunks are one mapping to the kernel; guards are marks
 * in the page tables where the kernel has them (MADV_GUARD_INSTALL, Linux 6.13), so a million
 * stacks take a handful of mappings, where one mprotect each would end near 30,000
 * (vm.max_map_count).
 *
 * Every function leaves errno as it was: tasks have one each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/atomic.h"
#include "base/format.h"
#include "platform/linux/fault.h"
#include "platform/platform.h"

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) & -to;
}

/* ---- plain memory ----------------------------------------------------------------------- */

void *platform_alloc(size_t size)
{
    int saved = errno;
    void *p = malloc(size);
    errno = saved;
    return p;
}

void platform_free(void *p, size_t size)
{
    (void)size;
    free(p);
}

/* ---- reservations ----------------------------------------------------------------------- */

#define RESERVE_FIRST ((size_t)1 << (sizeof(void *) == 8 ? 30 : 26))
#define RESERVE_MOST ((size_t)1 << (sizeof(void *) == 8 ? 44 : 28))

/* What is left of the last reservation, and how large the next one will be. */
static pthread_mutex_t area_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char *next, *end;
    size_t size;
} area = {.size = RESERVE_FIRST};

void memory_lock(void)
{
    pthread_mutex_lock(&area_lock);
}

void memory_unlock(void)
{
    pthread_mutex_unlock(&area_lock);
}

/* A limit on address space is meant to be kept: whoever set it has other uses for it. */
static bool address_space_is_limited(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

static char *map_nothing(size_t size)
{
    void *p = mmap(NULL, size, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Begin a new reservation of at least `need` bytes. What was left of the old one is lost: it is
   address space only. */
static bool reserve(size_t need)
{
    size_t size = address_space_is_limited() || area.size < need ? need : area.size;
    char *p = map_nothing(size);
    if (!p && size > need) { /* some other limit: on locked memory, or the processor's */
        size = need;
        p = map_nothing(size);
    }
    if (!p)
        return false;
    madvise(p, size, MADV_NOHUGEPAGE); /* one page touched must not become two megabytes */
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p, size, "faden stacks");
    area.next = p;
    area.end = p + size;
    if (area.size < RESERVE_MOST)
        area.size *= 4;
    return true;
}

static char *aligned(char *p, size_t align)
{
    return (char *)round_up((uintptr_t)p, align);
}

static bool fits(char *p, size_t size)
{
    return p <= area.end && size <= (size_t)(area.end - p);
}

/* area_lock must be held; page-aligned sizes. */
static char *take_chunk(size_t size, size_t align)
{
    char *p = aligned(area.next, align);
    if (!fits(p, size)) {
        if (!reserve(size + align - page_size()))
            return NULL;
        p = aligned(area.next, align);
    }
    /* under strict overcommit this is where the memory is charged for */
    if (mprotect(p, size, PROT_READ | PROT_WRITE) < 0)
        return NULL;
    area.next = p + size;
    return p;
}

char *platform_stack_chunk(size_t size, size_t align)
{
    int saved = errno;
    size_t page = page_size();
    pthread_mutex_lock(&area_lock);
    fault_init();
    char *p = take_chunk(round_up(size, page), round_up(align, page));
    pthread_mutex_unlock(&area_lock);
    errno = saved;
    return p;
}

/* ---- guards ----------------------------------------------------------------------------- */

enum { MAP_COUNT_DEFAULT = 65530 };

/* Whether marks in the page tables work here. */
enum marks { MARKS_UNKNOWN, MARKS_WORK, MARKS_MISSING, MARKS_OFF };
static uint32_t marks_state;

/* Guards that are mappings: each splits one in three. */
static struct {
    uint32_t used;
    uint32_t said; /* that there are no more */
} mappings;

/* A byte from a marked page must not be readable, whatever madvise says: emulators and sandboxes
   accept advice that they do not know. */
static enum marks probe_page(const char *page)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0)
        return MARKS_UNKNOWN;
    bool work = write(fd[1], page, 1) < 0 && errno == EFAULT;
    close(fd[0]);
    close(fd[1]);
    return work ? MARKS_WORK : MARKS_MISSING;
}

static enum marks probe(void)
{
    const char *wish = secure_getenv("FADEN_GUARD");
    if (wish && !strcmp(wish, "mprotect"))
        return MARKS_OFF;
    size_t page = page_size();
    char *p = map_nothing(page);
    if (!p)
        return MARKS_UNKNOWN;
    enum marks found = MARKS_MISSING;
    if (mprotect(p, page, PROT_READ | PROT_WRITE) < 0)
        found = MARKS_UNKNOWN;
    else if (madvise(p, page, MADV_GUARD_INSTALL) == 0)
        found = probe_page(p);
    munmap(p, page);
    return found;
}

/* MARKS_UNKNOWN: it could not be tried just now. */
static enum marks marks(void)
{
    enum marks m = (enum marks)load_relaxed(&marks_state);
    if (unlikely(m == MARKS_UNKNOWN)) {
        m = probe();
        store_relaxed(&marks_state, (uint32_t)m);
    }
    return m;
}

static uint32_t map_count_limit(void)
{
    char text[16] = "";
    uint32_t n = 0;
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    for (int i = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++)
        n = n * 10 + (uint32_t)(text[i] - '0');
    return n ? n : MAP_COUNT_DEFAULT;
}

/* Two mappings for each guard; an eighth stays for everything else in the program. */
static uint32_t mapping_budget(void)
{
    static uint32_t budget;
    if (!load_relaxed(&budget)) {
        uint32_t limit = map_count_limit();
        store_relaxed(&budget, (limit - limit / 8) / 2);
    }
    return load_relaxed(&budget);
}

static const char *why_mappings(enum marks m)
{
    switch (m) {
    case MARKS_WORK: return "the memory is locked";
    case MARKS_OFF: return "FADEN_GUARD=mprotect is set";
    case MARKS_UNKNOWN: return "no file descriptor or memory was left to try MADV_GUARD_INSTALL";
    default: return "this kernel lacks MADV_GUARD_INSTALL, which Linux 6.13 has";
    }
}

static int no_more_mappings(enum marks m)
{
    uint32_t limit = map_count_limit();
    char buf[512];
    struct text t = {.buf = buf, .size = sizeof buf};
    if (exchange_acq_rel(&mappings.said, 1))
        return -ENOMEM;
    text_format(&t,
                "faden: no guard can be made for one more stack: %u have theirs, each takes two "
                "memory mappings here (%s), and vm.max_map_count is %u. Raise it (sysctl -w "
                "vm.max_map_count=%u) or have fewer tasks and coroutines alive. Until then they "
                "fail with ENOMEM; this is said once.\n",
                load_relaxed(&mappings.used), why_mappings(m), limit, limit * 4);
    platform_report(t.buf, t.len, false);
    return -ENOMEM;
}

static int guard_by_mapping(char *low, size_t size, enum marks m)
{
    if (fetch_add_relaxed(&mappings.used, 1) < mapping_budget()
        && mprotect(low, size, PROT_NONE) == 0)
        return 0;
    fetch_add_relaxed(&mappings.used, (uint32_t)-1);
    return no_more_mappings(m);
}

/* -EINVAL: not whole pages, which are larger here than elsewhere. */
int platform_stack_guard(char *low, size_t size)
{
    if (((uintptr_t)low | size) & (page_size() - 1))
        return -EINVAL;
    int saved = errno, err = 0;
    enum marks m = marks();
    if (m != MARKS_WORK || madvise(low, size, MADV_GUARD_INSTALL) < 0)
        err = m == MARKS_WORK && errno == ENOMEM ? -ENOMEM : guard_by_mapping(low, size, m);
    errno = saved;
    return err;
}

/* ---- contents --------------------------------------------------------------------------- */

void platform_stack_discard(char *low, size_t size)
{
    int saved = errno;
    if (madvise(low, size, MADV_DONTNEED) < 0)
        madvise(low, size, MADV_DONTNEED_LOCKED); /* the program locked its memory; Linux 5.18 */
    errno = saved;
}

char *platform_stack_touched(char *low, char *high)
{
    enum { BLOCK = 1024 };
    unsigned char resident[BLOCK];
    size_t page = page_size();
    int saved = errno;
    char *p = (char *)((uintptr_t)low & -page), *found = high;
    for (; p < high && found == high; p += BLOCK * page) {
        size_t n = round_up((size_t)(high - p), page) / page;
        n = n < BLOCK ? n : BLOCK;
        if (mincore(p, n * page, resident) < 0)
            break;
        for (size_t i = 0; i < n; i++)
            if (resident[i] & 1) {
                found = p + i * page;
                break;
            }
    }
    errno = saved;
    return found < low ? low : found;
}
