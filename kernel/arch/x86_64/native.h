/* SPDX-License-Identifier: MIT */
/* x86-64 as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include "layout.h"

#include "arch/x86/native.h"

/* ---- what a trap saved (trap.S pushes it) ------------------------------------------------ */

struct regs {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

_Static_assert(sizeof(struct regs) == REGS_SIZE, "layout.h");

static inline uintptr_t regs_pc(const struct regs *r)
{
    return r->rip;
}
static inline uintptr_t regs_frame(const struct regs *r)
{
    return r->rbp;
}
static inline bool regs_from_user(const struct regs *r)
{
    return r->cs & 3;
}

/* ---- page tables ------------------------------------------------------------------------- */

enum { PTE_LEVELS = 4 };

static inline pte_t pte_table(uint64_t address, unsigned level)
{
    (void)level;
    return address | PTE_PRESENT | PTE_WRITE | PTE_USER;
}
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    return address | PTE_PRESENT | (write ? PTE_WRITE : 0) | (exec ? 0 : PTE_NO_EXEC) |
           (user ? PTE_USER : PTE_GLOBAL) | (device ? PTE_NO_CACHE : 0) | (level ? PTE_LEAF : 0);
}

#endif
