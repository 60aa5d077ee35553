/* SPDX-License-Identifier: MIT */
/* Memory in the simulated world: it may fail, and stacks have plain guards. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/platform.h"
#include "platform/sim/sim.h"

static bool fails(void)
{
    return sim_world.current && sim_decide_fault(sim_world.config.faults.alloc);
}

void *platform_alloc(size_t size)
{
    int saved = errno;
    void *p = fails() ? NULL : malloc(size);
    errno = saved;
    return p;
}

/* Stores to it that still wait must not reach who gets the memory next; who reads it all the same
   finds nothing sensible. */
void platform_free(void *p, size_t size)
{
    if (sim_world.current)
        sim_flush();
    if (p)
        memset(p, 0xdb, size);
    __asm__ volatile("" : : "r"(p) : "memory"); /* compilers leave it out before free */
    free(p);
}

char *platform_stack_chunk(size_t size, size_t align)
{
    int saved = errno;
    char *p = fails() ? MAP_FAILED
                      : mmap(NULL, size + align, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    errno = saved;
    if (p == MAP_FAILED)
        return NULL;
    return (char *)(((uintptr_t)p + align - 1) & -align);
}

int platform_stack_guard(char *low, size_t size)
{
    int saved = errno, err = 0;
    if (((uintptr_t)low | size) & ((size_t)sysconf(_SC_PAGESIZE) - 1))
        return -EINVAL;
    if (fails() || mprotect(low, size, PROT_NONE) < 0)
        err = -ENOMEM;
    errno = saved;
    return err;
}

void platform_stack_discard(char *low, size_t size)
{
    int saved = errno;
    if (sim_world.current)
        sim_flush();
    madvise(low, size, MADV_DONTNEED);
    errno = saved;
}

char *platform_stack_touched(char *low, char *high)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int saved = errno;
    for (char *p = (char *)((uintptr_t)low & -page); p < high; p += page) {
        unsigned char there = 0;
        if (mincore(p, page, &there) == 0 && there & 1) {
            errno = saved;
            return p < low ? low : p;
        }
    }
    errno = saved;
    return high;
}
