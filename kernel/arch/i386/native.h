/* SPDX-License-Identifier: MIT */
/* i386 as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include "layout.h"

#include "arch/x86/native.h"

/* ---- what a trap saved (trap.S pushes it) ------------------------------------------------ */

/* One in the kernel saves no esp and ss: what was interrupted goes on where esp would lie. */
struct regs {
    uint32_t gs, fs, es, ds;
    uint32_t edi, esi, ebp, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t eip, cs, eflags, esp, ss;
};

_Static_assert(sizeof(struct regs) == REGS_SIZE, "layout.h");
_Static_assert(offsetof(struct regs, cs) == REGS_CS, "layout.h");

static inline uintptr_t regs_pc(const struct regs *r)
{
    return r->eip;
}
static inline uintptr_t regs_frame(const struct regs *r)
{
    return r->ebp;
}
static inline bool regs_from_user(const struct regs *r)
{
    return r->cs & 3;
}

/* ---- page tables ------------------------------------------------------------------------- */

enum { PTE_LEVELS = 3 };
#define pte_bits(level) ((level) == PTE_LEVELS - 1 ? 2 : PTE_BITS)

/* PTE_NO_EXEC where the processor has it, else 0 and all pages can be executed (cpu.c). An entry is
   written in two halves, of which the upper one holds nothing but this bit. */
extern pte_t pte_no_exec;

/* The processor reads the four entries of a root when it loads it, and they have no protection: the
   bits for that must be 0. The kernel's never change, and all of a process lies below 1 GiB. */
static inline pte_t pte_table(uint64_t address, unsigned level)
{
    return address | PTE_PRESENT | (level == PTE_LEVELS - 1 ? 0 : PTE_WRITE | PTE_USER);
}
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    return address | PTE_PRESENT | (write ? PTE_WRITE : 0) | (exec ? 0 : pte_no_exec) |
           (user ? PTE_USER : PTE_GLOBAL) | (device ? PTE_NO_CACHE : 0) | (level ? PTE_LEAF : 0);
}

#endif
