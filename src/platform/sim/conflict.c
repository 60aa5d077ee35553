/* SPDX-License-Identifier: MIT */
/*
 * Where it matters who goes first: an access to an address that another thread has written, or a
 * write to one that another thread has accessed, so far in this run. The random strategies change
 * threads mostly there. It is a hint: the first access of all to an address is missed. Addresses
 * are only compared, so the same run gives the same hints.
 */
#include <stdlib.h>

#include "platform/sim/sim.h"

enum { PLACES = 1 << 14, PROBES = 16, NOBODY = 0xffff, SEVERAL = 0xfffe };

struct place {
    uintptr_t address;
    uint16_t writer, reader;
};

static struct place *table; /* all zero: free, since no object lies at 0 */

static struct place *find(uintptr_t address)
{
    size_t h = (address >> 2) * 0x9e3779b97f4a7c15u >> 40;
    if (!table && !(table = calloc(PLACES, sizeof *table)))
        abort();
    for (int i = 0; i < PROBES; i++) {
        struct place *p = &table[(h + (size_t)i) % PLACES];
        if (p->address == address)
            return p;
        if (!p->address) {
            *p = (struct place){address, NOBODY, NOBODY};
            return p;
        }
    }
    return NULL;
}

static void add(uint16_t *who, uint16_t id)
{
    *who = *who == NOBODY || *who == id ? id : SEVERAL;
}

bool sim_conflicts(const volatile void *address, bool write)
{
    uint16_t id = sim_world.current->id;
    struct place *p = find((uintptr_t)address);
    bool conflict;
    if (!p)
        return true;
    conflict = (p->writer != NOBODY && p->writer != id) ||
               (write && p->reader != NOBODY && p->reader != id);
    add(write ? &p->writer : &p->reader, id);
    return conflict;
}
