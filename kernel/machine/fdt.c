/* SPDX-License-Identifier: MIT */
/*
 * The flattened device tree (Devicetree Specification, chapter 5): one walk over it, calling back
 * for each property with the name of the node it is in. The command line and the memory are where
 * every tree has them.
 */
#include "machine/fdt.h"

#include <string.h>

#include "machine.h"

enum { MAGIC = 0xd00dfeed, BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };

static char command_line[512];
static uint64_t memory_begin, memory_end;

static uint32_t big(const void *p)
{
    const uint8_t *b = p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

uint64_t fdt_number(const void *value, unsigned bytes)
{
    return bytes == 8 ? (uint64_t)big(value) << 32 | big((const char *)value + 4) : big(value);
}

/* What is not the board's own. */
static void note(const char *node, const char *name, const void *value, uint32_t size)
{
    if (!strcmp(node, "chosen") && !strcmp(name, "bootargs"))
        strncpy(command_line, value, sizeof command_line - 1);
    if (!strncmp(node, "memory@", 7) && !strcmp(name, "reg") && size >= 16) {
        memory_begin = fdt_number(value, 8);
        memory_end = memory_begin + fdt_number((const char *)value + 8, 8);
    }
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
            note(node, names + big(p + 4), p + 8, size);
            look(node, names + big(p + 4), p + 8, size);
            p += 8 + ((size + 3) & ~3u);
        } else if (token != END_NODE && token != NOP) {
            return;
        }
    }
}

const char *machine_command_line(void)
{
    return command_line;
}

void machine_memory(void (*add)(uint64_t from, uint64_t to))
{
    add(memory_begin, memory_end);
}
