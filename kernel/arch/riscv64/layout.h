/* SPDX-License-Identifier: MIT */
/*
 * The address space on riscv64 (Sv39), the same in every page table from the middle up:
 *
 *   0 .. 0x3fffffffff        a process
 *   0xffffffc000000000       DIRECT_BASE: all physical memory, and devices
 *   0xffffffe000000000       STACKS_BASE: stacks, a hole under each
 *   0xffffffff80000000       the kernel, KERNEL_BASE above its load address
 *
 * Also the numbers that assembly needs: bits of the processor's registers, struct regs, and the
 * area of a hart that sscratch points to.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#define DIRECT_BASE 0xffffffc000000000
#define STACKS_BASE 0xffffffe000000000
#define STACKS_SIZE 0x1000000000
#define KERNEL_BASE 0xffffffff00000000
#define USER_END 0x0000004000000000
#define BOOT_MAPPED 0xc0000000 /* the end of the memory that start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096

#define SSTATUS_SIE 0x2
#define SSTATUS_SPIE 0x20
#define SSTATUS_SPP 0x100
#define SSTATUS_FS 0x2000 /* floating point is on */
#define SIE_SOFTWARE 0x2
#define SIE_EXTERNAL 0x200
#define SATP_SV39 (8 << 60)

/* struct regs: x1 to x31, then these */
#define REGS_PC 248
#define REGS_STATUS 256
#define REGS_CAUSE 264
#define REGS_VALUE 272
#define REGS_SIZE 288

/* struct area */
#define AREA_SP 0
#define AREA_T1 8
#define AREA_TP 16
#define AREA_TRAP_TOP 24
#define AREA_FAULT_TOP 32
#define FAULT_STACK_SHIFT 13

/* What a hart begins with: struct hart_start, by its number; in start.S */
#define HART_SP 0
#define HART_TP 8
#define HART_ARG 16
#define HART_ROOT 24
#define HART_ENTRY 32
#define HART_SHIFT 6
#define HARTS 64

/* What m_trap has of a hart: struct hart_area, by its number; in start.S */
#define M_A1 0
#define M_A2 8
#define M_A3 16
#define M_COMPARE 24 /* where its mtimecmp is */
#define M_MSIP 32    /* where its software interrupt is */
#define M_TURN 40    /* in ticks of the timer; 0: it never gives way */
#define M_DEADLINE 48
#define M_KICKED 56 /* SIE_SOFTWARE: for its next turn */
#define M_NEXT 64   /* where the software interrupt is of who has the turn after it */
#define M_SHIFT 7

#define CLINT 0x2000000
#define CLINT_TIMER 0x4000 /* mtimecmp, 8 bytes each */
#define CLINT_NOW 0xbff8

#endif
