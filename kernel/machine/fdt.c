/* SPDX-License-Identifier: MIT */
/*
 * The flattened device tree (Devicetree Specification, chapter 5): one walk over it, calling back
 * for each property with the name of the node it is in.
 */
#include "machine/fdt.h"

#include <string.h>

enum { MAGIC = 0xd00dfeed, BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };

static uint32_t big(const void *p)
{
    const uint8_t *b = p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

uint64_t fdt_number(const void *value, unsigned bytes)
{
    return bytes == 8 ? (uint64_t)big(value) << 32 | big((const char *)value + 4) : big(value);
}

void fdt_walk(const void *tree, fdt_property look)
{
    const char *base = tree, *names = base + big(base + 12), *p = base + big(base + 8);
    const char *node = "";
    if (big(base) != MAGIC)
        return;
    for (;;) {
        uint32_t token = big(p);
        p += 4;
        if (token == BEGIN_NODE) {
            node = p;
            p += (strlen(p) + 4) & ~(size_t)3;
        } else if (token == PROPERTY) {
            uint32_t size = big(p);
            look(node, names + big(p + 4), p + 8, size);
            p += 8 + ((size + 3) & ~3u);
        } else if (token != END_NODE && token != NOP) {
            return;
        }
    }
}
