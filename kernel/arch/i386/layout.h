/* SPDX-License-Identifier: MIT */
/*
 * The address space on i386 (with PAE: three levels, four entries in the root), the same in every
 * page table from the middle up:
 *
 *   0 .. 0x7fffffff   a process
 *   0x80000000        DIRECT_BASE: the first gigabyte of memory, not executable; more is not used
 *   0xc0000000        STACKS_BASE: stacks, a hole under each
 *   0xf8000000        KERNEL_BASE: the kernel, as far from its load address
 *   0xfc000000        DEVICES_BASE: devices beyond the first gigabyte
 *
 * Also the constants that assembly needs.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#include "arch/x86/registers.h"

#define USER_END 0x80000000
#define DIRECT_BASE 0x80000000
#define DIRECT_SIZE 0x40000000
#define STACKS_BASE 0xc0000000
#define STACKS_SIZE 0x38000000
#define KERNEL_BASE 0xf8000000
#define DEVICES_BASE 0xfc000000
#define BOOT_MAPPED DIRECT_SIZE /* how much memory start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096

#define REGS_CS 56 /* in struct regs */
#define REGS_SIZE 72

/* The order that a processor's GDT has (cpu.c). */
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define SELECTOR_USER_DATA 0x1b
#define SELECTOR_USER_CODE 0x23
#define SELECTOR_THREAD 0x28 /* gs: its base is the thread pointer */
#define SELECTOR_TSS 0x30
#define SELECTOR_FAULT_TSS 0x38
#define SELECTORS_END 0x40

#endif
