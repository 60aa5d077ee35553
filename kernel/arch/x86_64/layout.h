/* SPDX-License-Identifier: MIT */
/*
 * The address space on x86-64, the same in every page table from the middle up:
 *
 *   0 .. 0x7fffffffffff      a process
 *   0xffff800000000000       DIRECT_BASE: all physical memory, not executable
 *   0xffffc00000000000       STACKS_BASE: stacks, a hole under each
 *   0xffffffff80000000       KERNEL_BASE: the kernel, as far from its load address
 *
 * Also the constants that assembly needs.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#include "arch/x86/registers.h"

#define DIRECT_BASE 0xffff800000000000
#define STACKS_BASE 0xffffc00000000000
#define STACKS_SIZE 0x10000000000
#define KERNEL_BASE 0xffffffff80000000
#define USER_END 0x0000800000000000
#define BOOT_MAPPED 0x40000000 /* how much memory start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096

#define REGS_SIZE 176 /* struct regs */

/* The order that a processor's GDT has (cpu.c). */
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define SELECTOR_USER_DATA 0x1b
#define SELECTOR_USER_CODE 0x23
#define SELECTOR_TSS 0x28

#endif
