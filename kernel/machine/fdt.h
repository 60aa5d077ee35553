/* SPDX-License-Identifier: MIT */
/* The device tree that the firmware, or the emulator, hands over. */
#ifndef KERNEL_MACHINE_FDT_H
#define KERNEL_MACHINE_FDT_H

#include <stdint.h>

typedef void (*fdt_property)(const char *node, const char *name, const void *value, uint32_t size);

/* Calls look for every property; behind a child, `node` is that child's name until the next one.
   Takes the command line and the memory by itself: machine_command_line and machine_memory of
   machine.h are here. */
void fdt_walk(const void *tree, fdt_property look);
/* A big-endian number of 4 or 8 bytes. */
uint64_t fdt_number(const void *value, unsigned bytes);

#endif
