/* SPDX-License-Identifier: MIT */
/* The control states again, with the contexts at an address whose low bits are zero, as in an
   initial state: a switch that took the one for the other would see no difference. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "conform.h"

enum { LOW_BITS = 27, TRIES = 15, SIZE = 4096 };

void conform_addresses(void)
{
    void *memory = MAP_FAILED;
    for (uintptr_t i = 1; memory == MAP_FAILED && i <= TRIES; i++)
        memory = mmap((void *)(i << LOW_BITS), SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    EXPECT(memory != MAP_FAILED && (uintptr_t)memory % ((uintptr_t)1 << LOW_BITS) == 0,
           "no room at such an address");
    if (memory == MAP_FAILED)
        return;
    conform_control_forms_at(memory);
    munmap(memory, SIZE);
}
