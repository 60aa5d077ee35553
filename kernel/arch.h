/* SPDX-License-Identifier: MIT */
/*
 * What the kernel asks of an instruction set, all of it. arch/<isa>/ has the same files in each:
 *
 *   layout.h   DIRECT_BASE, STACKS_BASE, STACKS_SIZE, KERNEL_BASE, USER_END, PAGE_SIZE: the map
 *   native.h   the inline half, below under "inline"
 *   link.ld    text_begin, text_end, rodata_end, kernel_begin, kernel_end, tdata_begin, tdata_end,
 *              tls_size, init_array_begin, init_array_end
 *   start.S    the boot processor and the others, up to kernel_start and processor_start
 *   trap.S     saves struct regs, calls trap(), restores
 *   cpu.c      the rest, below under "functions"
 *
 * docs/porting-machine.md tells the order to write them in.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

/*
 * Inline:
 *
 *   struct regs                what a trap saves
 *   regs_pc, regs_frame, regs_from_user
 *   irq_enabled, irq_disable, irq_enable
 *   irq_wait                   called with interrupts off: turns them on and sleeps until one
 *                              comes, and none that comes between the two is slept through; off
 *                              again when it returns
 *   pte_t, PTE_LEVELS, PTE_BITS, pte_present, pte_leaf, pte_address, pte_user, pte_writable,
 *   pte_executable, pte_table, pte_make
 *   tlb_flush_page, tlb_flush_all
 *   space_current, space_load  the page table register: physical address of a root
 */
#include "native.h"

/*
 * Where an instruction set differs, its native.h defines one of these:
 *
 *   pte_bits(level)  tables of the levels have different sizes
 *   PTE_LARGE        0: there are no large pages on level 1
 *   SPACE_SPLIT      1: the table of a process has nothing of the kernel
 *   DIRECT_SIZE      how much memory the direct map shows; machine_memory tells of no more
 *   DEVICES_BASE     where device_map shows what lies beyond that
 *   ALL_EXECUTABLE   1: pages have no protection from execution
 *   pte_written      entries that were not present have been written, and are about to be used
 */
#ifndef pte_bits
#define pte_bits(level) PTE_BITS
#endif
#ifndef PTE_LARGE
#define PTE_LARGE 1
#endif
#ifndef SPACE_SPLIT
#define SPACE_SPLIT 0
#endif
#ifndef DIRECT_SIZE
#define DIRECT_SIZE UINT64_MAX
#endif
#ifndef DEVICES_BASE
#define DEVICES_BASE 0
#endif
#ifndef ALL_EXECUTABLE
#define ALL_EXECUTABLE 0
#endif
#ifndef pte_written
#define pte_written()
#endif

/* ---- functions --------------------------------------------------------------------------- */

struct processor;

/* The calling processor takes its traps from now on, and uses what protection it has (no execution
   and no access of user pages by the kernel). p->tp is set before. */
void arch_processor_init(struct processor *p);

/* Lay a TLS block (size `tls_size`) at `block`: copy the image that link.ld names. Gives the thread
   pointer. arch_thread_pointer makes it that of the calling processor. */
void *arch_tls_lay(char *block);
void arch_thread_pointer(void *tp);
/* Is that what it has now? For reports: a process may have changed it. */
bool arch_thread_pointer_is(const void *tp);

/* The frame above this one: gives its frame pointer, and where it goes on in *pc. 0: none. `frame`
   was checked to be readable for two words below and above. */
uintptr_t arch_frame_next(uintptr_t frame, uintptr_t *pc);

/* The registers, and what kind of trap it was, in words for a report. */
void arch_print_regs(const struct regs *r);
const char *arch_trap_name(const struct regs *r);
/* The address whose access failed, if it was that; else 0. */
uintptr_t arch_fault_address(const struct regs *r);

/* ---- user mode --------------------------------------------------------------------------- */

/* struct user_fp: the floating-point registers of a process. Those of one that begins; from and to
   the processor. */
void arch_fp_init(struct user_fp *fp);
void arch_fp_save(struct user_fp *fp);
void arch_fp_restore(const struct user_fp *fp);

/* What a system call asks, and its answer. */
struct call {
    uintptr_t number, arg[3];
};
struct call arch_call(const struct regs *r);
void arch_call_result(struct regs *r, intptr_t result);

/* Registers for a process that begins at `pc` with its stack at `sp`, argc and argv. */
void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv);

/*
 * Go to user mode with these registers. Traps from there come onto this stack, just below; their
 * struct regs ends at *trap_top, which this function sets before. It returns when
 * arch_user_leave(*run_sp) is called on this stack, with interrupts as they are then.
 */
void arch_user_run(const struct regs *r, void **run_sp, uintptr_t *trap_top);
__attribute__((noreturn)) void arch_user_leave(void *run_sp);
/* Traps from user mode on this processor begin at `trap_top`. Interrupts may be on. */
void arch_trap_stack(uintptr_t trap_top);

#endif
