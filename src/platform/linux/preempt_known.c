/* SPDX-License-Identifier: MIT */
/*
 * Functions of others that may be interrupted as if they were the program's: it is harmless to
 * leave one in the middle, for they hold no lock and keep nothing of the thread's. They are those
 * in which programs spend long at a time (memcpy), and the way by which C++ waits for the
 * initialiser of a static variable that another task is in the middle of: __cxa_guard_acquire,
 * asleep in syscall().
 *
 * Where one ends is told by the table that unwinders search: it has the beginning of each function
 * of an object, sorted. (LSB Core, section 10.6.2, .eh_frame_hdr.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "platform/linux/preempt.h"

/* Not in every static libc. */
#pragma weak dlsym
#pragma weak dladdr

struct unwind_table {
    uint8_t version, frame_encoding, count_encoding, table_encoding;
    int32_t frame;
    uint32_t count;
    struct {
        int32_t begin, description; /* from the beginning of all this */
    } entry[];
};
enum { UDATA4 = 0x03, DATAREL_SDATA4 = 0x3b };

struct search {
    uintptr_t address;
    const struct unwind_table *table;
};

static int table_of(struct dl_phdr_info *o, size_t size, void *arg)
{
    struct search *s = arg;
    const struct unwind_table *table = NULL;
    bool here = false;
    (void)size;
    for (int i = 0; i < o->dlpi_phnum; i++) {
        uintptr_t from = o->dlpi_addr + o->dlpi_phdr[i].p_vaddr;
        if (o->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
            table = (const struct unwind_table *)from;
        else if (o->dlpi_phdr[i].p_type == PT_LOAD)
            here |= s->address - from < o->dlpi_phdr[i].p_memsz;
    }
    if (here)
        s->table = table;
    return here;
}

/* Where the next function begins; `from` itself if that is not known. */
static uintptr_t end_of(uintptr_t from)
{
    struct search s = {.address = from};
    const struct unwind_table *t;
    uint32_t low = 0, high;
    dl_iterate_phdr(table_of, &s);
    t = s.table;
    if (!t || t->version != 1 || t->count_encoding != UDATA4 || t->table_encoding != DATAREL_SDATA4)
        return from;
    high = t->count;
    while (low < high) { /* the first one beyond `from` */
        uint32_t mid = low + (high - low) / 2;
        if ((uintptr_t)t + (uintptr_t)(intptr_t)t->entry[mid].begin <= from)
            low = mid + 1;
        else
            high = mid;
    }
    return low == t->count ? from : (uintptr_t)t + (uintptr_t)(intptr_t)t->entry[low].begin;
}

static void know(const char *name, const char *object, void (*take)(uintptr_t, uintptr_t))
{
    void *f = dlsym(RTLD_NEXT, name);
    const char *base;
    Dl_info info;
    if (!f || !dladdr(f, &info) || !info.dli_fname)
        return;
    base = strrchr(info.dli_fname, '/');
    base = base ? base + 1 : info.dli_fname;
    if (strncmp(base, object, strlen(object)) == 0) /* else somebody has put his own in its place */
        take((uintptr_t)f, end_of((uintptr_t)f));
}

void text_known(void (*take)(uintptr_t from, uintptr_t to))
{
    static const char *const long_ones[] = {"memcpy", "memmove", "memset", "memcmp",
                                            "memchr", "strlen",  "strchr", "strcmp"};
    if (!dlsym || !dladdr)
        return;
    for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++)
        know(long_ones[i], "libc.", take);
    know("syscall", "libc.", take);
    know("__cxa_guard_acquire", "libstdc++.", take);
}
