/* SPDX-License-Identifier: MIT */
/*
 * The address space on aarch64, 47 bits in each half and pages of 4 KiB:
 *
 *   0 .. 0x7fffffffffff      a process (TTBR0)
 *   0xffff800000000000       DIRECT_BASE: all physical memory, and devices (TTBR1 from here on)
 *   0xffffc00000000000       STACKS_BASE: stacks, a hole under each
 *   0xffffffff80000000       KERNEL_BASE: the kernel, as far from its load address
 *
 * So a root has 256 entries for each half: TTBR0 points to the beginning of a process's, TTBR1 to
 * the middle of the kernel's.
 *
 * Also the numbers that assembly needs: registers of the processor, struct regs, struct area.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#define DIRECT_BASE 0xffff800000000000
#define STACKS_BASE 0xffffc00000000000
#define STACKS_SIZE 0x10000000000
#define KERNEL_BASE 0xffffffff80000000
#define USER_END 0x0000800000000000
#define BOOT_MAPPED 0x80000000 /* the end of the memory that start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096
#define ROOT_HALF 2048

#define FDT 0x40000000 /* where the emulator lays the device tree */

/* MAIR_EL1: what a page table entry names by number */
#define MAIR_NORMAL 0xff /* number 0: cached, written back */
#define MAIR_DEVICE 0x04 /* number 1: nGnRE */

/* TCR_EL1: 47 bits, walked through the caches, pages of 4 KiB; for each half */
#define TCR_0 (17 | 1 << 8 | 1 << 10 | 3 << 12)
#define TCR_1 (17 << 16 | 1 << 24 | 1 << 26 | 3 << 28 | 2 << 30)
#define TCR_NO_WALK_1 (1 << 23)
#define TCR_IPS_SHIFT 32
#define PHYSICAL_48 5 /* as ID_AA64MMFR0_EL1 tells it */

/* SCTLR_EL1: paging, caches, sp is aligned in either mode; and what is 1 in all */
#define SCTLR_SPAN (1 << 23) /* a trap leaves PAN as it is */
#define SCTLR_ONES (1 << 7 | 1 << 8 | 1 << 11 | 1 << 16 | 1 << 18 | 1 << 20 | 1 << 22 | 3 << 28)
#define SCTLR (1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 12 | SCTLR_SPAN | SCTLR_ONES)

#define CPACR_FP (3 << 20) /* floating point everywhere */

#define PSTATE_MODE 15 /* 0: user mode */
#define DAIF_IRQ 2     /* for daifset and daifclr */
#define DAIF_SERROR 4

/* What kind of trap: the vector table has each for four origins. */
#define KIND_SYNC 0
#define KIND_IRQ 1
#define KIND_FIQ 2
#define KIND_SERROR 3

/* struct regs: x0 to x30, then these */
#define REGS_SP 248
#define REGS_PC 256
#define REGS_PSTATE 264
#define REGS_TP 272
#define REGS_KIND 280
#define REGS_ESR 288
#define REGS_FAR 296
#define REGS_SIZE 304

/* struct area, which TPIDR_EL1 points to */
#define AREA_TP 0
#define AREA_TRAP_TOP 8

/* What a processor begins with: struct start, of the board */
#define START_SP 0
#define START_TP 8
#define START_ARG 16
#define START_ENTRY 24
#define START_ROOT 32

#endif
