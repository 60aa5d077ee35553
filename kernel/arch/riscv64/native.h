/* SPDX-License-Identifier: MIT */
/* riscv64 as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

extern unsigned kernel_turn;

#define csr_read(name)                                               \
    ({                                                               \
        uint64_t value_;                                             \
        __asm__ volatile("csrr %0, " name : "=r"(value_)::"memory"); \
        value_;                                                      \
    })
#define csr_write(name, v) __asm__ volatile("csrw " name ", %0" ::"r"((uint64_t)(v)) : "memory")

/* ---- what a trap saved (trap.S pushes it) ------------------------------------------------ */

enum { X_SP = 1, X_FP = 7, X_A0 = 9, X_A1 = 10, X_A2 = 11, X_A7 = 16, X_COUNT = 31 };

struct regs {
    uint64_t x[X_COUNT]; /* x1 to x31 */
    uint64_t pc, status, cause, value, unused;
};
_Static_assert(sizeof(struct regs) == REGS_SIZE, "layout.h");
_Static_assert(offsetof(struct regs, pc) == REGS_PC, "layout.h");

static inline uintptr_t regs_pc(const struct regs *r)
{
    return r->pc;
}
static inline uintptr_t regs_frame(const struct regs *r)
{
    return r->x[X_FP];
}
static inline bool regs_from_user(const struct regs *r)
{
    return !(r->status & SSTATUS_SPP);
}

/* ---- interrupts of this processor -------------------------------------------------------- */

static inline bool irq_enabled(void)
{
    return csr_read("sstatus") & SSTATUS_SIE;
}
static inline void irq_disable(void)
{
    __asm__ volatile("csrci sstatus, %0" ::"i"(SSTATUS_SIE) : "memory");
}
static inline void irq_enable(void)
{
    __asm__ volatile("csrsi sstatus, %0" ::"i"(SSTATUS_SIE) : "memory");
}
/* wfi ends when an interrupt is pending, whether it can be taken or not. Who sleeps where harts
   take turns would keep its turn: it gives way, and looks again in its next one (start.S). */
static inline void irq_wait(void)
{
    if (kernel_turn)
        __asm__ volatile("ecall" ::: "memory");
    else
        __asm__ volatile("wfi" ::: "memory");
    irq_enable();
    irq_disable();
}

/* ---- page tables ------------------------------------------------------------------------- */

typedef uint64_t pte_t;

enum { PTE_LEVELS = 3, PTE_BITS = 9 };
enum {
    PTE_VALID = 1,
    PTE_READ = 2,
    PTE_WRITE = 4,
    PTE_EXEC = 8,
    PTE_USER = 16,
    PTE_GLOBAL = 32,
    PTE_ACCESSED = 64,
    PTE_DIRTY = 128
};

static inline bool pte_present(pte_t e)
{
    return e & PTE_VALID;
}
static inline bool pte_leaf(pte_t e, unsigned level)
{
    (void)level;
    return e & (PTE_READ | PTE_EXEC);
}
static inline uint64_t pte_address(pte_t e)
{
    return (e >> 10 & 0xfffffffffff) << 12;
}
static inline bool pte_user(pte_t e)
{
    return e & PTE_USER;
}
static inline bool pte_writable(pte_t e)
{
    return e & PTE_WRITE;
}
static inline bool pte_executable(pte_t e)
{
    return e & PTE_EXEC;
}
static inline pte_t pte_table(uint64_t address, unsigned level)
{
    (void)level;
    return address >> 2 | PTE_VALID;
}
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    (void)level;
    (void)device;
    return address >> 2 | PTE_VALID | PTE_READ | PTE_ACCESSED | PTE_DIRTY |
           (write ? PTE_WRITE : 0) | (exec ? PTE_EXEC : 0) | (user ? PTE_USER : PTE_GLOBAL);
}

static inline void tlb_flush_page(uintptr_t address)
{
    __asm__ volatile("sfence.vma %0, zero" ::"r"(address) : "memory");
}
static inline void tlb_flush_all(void)
{
    __asm__ volatile("sfence.vma" ::: "memory");
}
static inline uint64_t space_current(void)
{
    return (csr_read("satp") & 0xfffffffffff) << 12;
}
static inline void space_load(uint64_t root)
{
    csr_write("satp", (uint64_t)8 << 60 | root >> 12);
    tlb_flush_all();
}

/* ---- floating point ---------------------------------------------------------------------- */

struct user_fp {
    uint64_t f[32], control;
};

#endif
