/* SPDX-License-Identifier: MIT */
/*
 * The address space on the 68040, in the kernel's page table:
 *
 *   0x80000000       DIRECT_BASE: physical memory, the first GiB of it
 *   0xc0000000       the kernel, KERNEL_BASE above its load address
 *   0xd0000000       STACKS_BASE: stacks, a hole under each
 *   0xff000000       DEVICES, where they are physically, too
 *
 * A process has a page table of its own, with nothing of the kernel in it: 0 .. 0x7fffffff.
 *
 * The kernel runs in the processor's user mode, as processes do: this is the only way to have its
 * stacks in the one stack pointer and exceptions on the other (trap.S). What needs the supervisor
 * is a service, a trap instruction.
 *
 * Also the numbers that assembly needs.
 */
#ifndef KERNEL_ARCH_LAYOUT_H
#define KERNEL_ARCH_LAYOUT_H

#define DIRECT_BASE 0x80000000
#define DIRECT_SIZE 0x40000000
#define KERNEL_BASE 0xc0000000
#define STACKS_BASE 0xd0000000
#define STACKS_SIZE 0x2f000000
#define DEVICES 0xff000000
#define USER_END 0x80000000
#define BOOT_MAPPED 0x4000000 /* the end of the memory that start.S maps */
#define BOOT_STACK_SIZE 16384
#define PAGE_SIZE 4096
#define TRAP_STACK_SIZE 16384

/* Services: trap #n of the kernel */
#define SERVICE_STATUS 1 /* d0: the status register */
#define SERVICE_MASK 2   /* d0: the interrupt mask from now on, 0 or SR_MASK; d1 is lost */
#define SERVICE_WAIT 3   /* sleep until an interrupt has come */
#define SERVICE_FLUSH 4  /* forget all translations */
#define SERVICE_SPACE 5  /* d0: the kernel's page table */
#define SERVICE_RETURN 6 /* a0: struct regs of a process, which goes on */

#define SR_SUPERVISOR 0x2000
#define SR_MASK 0x0700
#define SR_OFF 0x2700 /* both: in the assembly of m68k a | begins a comment */

#define PAGE_RESIDENT 1
#define TABLE_RESIDENT 2
#define PTE_READ_ONLY 4
#define PTE_USED 8
#define PTE_MODIFIED 0x10
#define PTE_COPYBACK 0x20
#define PTE_SERIALIZED 0x40
#define TABLE_FLAGS 0xa /* of a table in use; of a page that can be written */
#define PAGE_FLAGS 0x39

/* struct regs; from REGS_SR on it is the exception's frame */
#define REGS_SP 0
#define REGS_USER 4
#define REGS_D0 8
#define REGS_A6 64
#define REGS_SR 68
#define REGS_PC 70
#define REGS_SIZE 92
#define REGS_TAIL 16 /* what the shortest frame lacks of it */

#endif
