/* SPDX-License-Identifier: MIT */
/*
 * The address space on x86-64, the same in every page table from the middle up:
 *
 *   0 .. 0x7fffffffffff      a process
 *   0xffff800000000000       DIRECT_BASE: all physical memory, not executable
 *   0xffffc00000000000       STACKS_BASE: stacks, a hole under each
 *   0xffffffff80000000       KERNEL_BASE: the kernel, as far from its load address
 *
 * Also the constants of the processor that assembly needs.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#define DIRECT_BASE 0xffff800000000000
#define STACKS_BASE 0xffffc00000000000
#define STACKS_SIZE 0x10000000000
#define KERNEL_BASE 0xffffffff80000000
#define USER_END 0x0000800000000000
#define BOOT_MAPPED 0x40000000 /* how much memory start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096

#define REGS_SIZE 176 /* struct regs */

#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)
#define CR0_ET (1 << 4)
#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)
#define CR4_PAE (1 << 5)
#define CR4_PGE (1 << 7)
#define CR4_OSFXSR (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_SMEP (1 << 20)
#define CR4_SMAP (1 << 21)
#define MSR_EFER 0xc0000080
#define MSR_FS_BASE 0xc0000100
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)

/* The order that a processor's GDT has (cpu.c). */
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define SELECTOR_USER_DATA 0x1b
#define SELECTOR_USER_CODE 0x23
#define SELECTOR_TSS 0x28

/* Vectors beyond those of the processor. */
#define VECTOR_TIMER 0x20
#define VECTOR_KICK 0x21
#define VECTOR_SERIAL 0x24
#define VECTOR_KEYBOARD 0x25
#define VECTOR_CALL 0x80
#define VECTOR_SPURIOUS 0xff

#endif
