/* SPDX-License-Identifier: MIT */
/* aarch64 as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

#define sys_read(name)                                              \
    ({                                                              \
        uint64_t value_;                                            \
        __asm__ volatile("mrs %0, " name : "=r"(value_)::"memory"); \
        value_;                                                     \
    })
#define sys_write(name, v) __asm__ volatile("msr " name ", %0" ::"r"((uint64_t)(v)) : "memory")

/* What was written to a system register holds for the instructions behind this. */
static inline void sys_sync(void)
{
    __asm__ volatile("isb" ::: "memory");
}

/* ---- what a trap saved (trap.S pushes it) ------------------------------------------------ */

enum { X_FP = 29, X_COUNT = 31 };

struct regs {
    uint64_t x[X_COUNT];
    uint64_t sp, pc, pstate, tp, kind, esr, far;
};
_Static_assert(sizeof(struct regs) == REGS_SIZE, "layout.h");
_Static_assert(offsetof(struct regs, sp) == REGS_SP, "layout.h");
_Static_assert(offsetof(struct regs, kind) == REGS_KIND, "layout.h");

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
    return !(r->pstate & PSTATE_MODE);
}

/* ---- interrupts of this processor -------------------------------------------------------- */

static inline bool irq_enabled(void)
{
    return !(sys_read("daif") & 1 << 7);
}
static inline void irq_disable(void)
{
    __asm__ volatile("msr daifset, %0" ::"i"(DAIF_IRQ) : "memory");
}
static inline void irq_enable(void)
{
    __asm__ volatile("msr daifclr, %0" ::"i"(DAIF_IRQ) : "memory");
}
/* wfi ends when an interrupt is pending, whether it can be taken or not; it is taken by the isb at
   the latest. */
static inline void irq_wait(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
    irq_enable();
    sys_sync();
    irq_disable();
}

/* ---- page tables ------------------------------------------------------------------------- */

typedef uint64_t pte_t;

enum { PTE_LEVELS = 4, PTE_BITS = 9 };
enum {
    PTE_VALID = 1,
    PTE_TABLE = 2, /* in level 0: a page, and not nothing */
    PTE_DEVICE = 1 << 2,
    PTE_USER = 1 << 6,
    PTE_READ_ONLY = 1 << 7,
    PTE_SHARED = 3 << 8, /* by the processors */
    PTE_ACCESSED = 1 << 10,
    PTE_NOT_GLOBAL = 1 << 11
};
#define PTE_NO_KERNEL_EXEC ((pte_t)1 << 53)
#define PTE_NO_USER_EXEC ((pte_t)1 << 54)
#define PTE_ADDRESS 0x0000fffffffff000u
#define SPACE_SPLIT 1 /* TTBR1 has the kernel's half, whatever TTBR0 has */

/* The walk of a table sees what was written before the barrier. */
#define pte_written() __asm__ volatile("dsb ishst\n\tisb" ::: "memory")

static inline bool pte_present(pte_t e)
{
    return e & PTE_VALID;
}
static inline bool pte_leaf(pte_t e, unsigned level)
{
    return level == 0 || !(e & PTE_TABLE);
}
static inline uint64_t pte_address(pte_t e)
{
    return e & PTE_ADDRESS;
}
static inline bool pte_user(pte_t e)
{
    return e & PTE_USER;
}
static inline bool pte_writable(pte_t e)
{
    return !(e & PTE_READ_ONLY);
}
static inline bool pte_executable(pte_t e)
{
    return ~e & (PTE_NO_KERNEL_EXEC | PTE_NO_USER_EXEC);
}
static inline pte_t pte_table(uint64_t address, unsigned level)
{
    (void)level;
    return address | PTE_VALID | PTE_TABLE;
}
/* Each mode executes only what is its own. */
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    return address | PTE_VALID | (level ? 0 : PTE_TABLE) | (device ? PTE_DEVICE : PTE_SHARED) |
           PTE_ACCESSED | (user ? PTE_USER | PTE_NOT_GLOBAL : 0) | (write ? 0 : PTE_READ_ONLY) |
           (exec && user ? 0 : PTE_NO_USER_EXEC) | (exec && !user ? 0 : PTE_NO_KERNEL_EXEC);
}

/* Others are asked by processors_fence, so this need not reach them. */
static inline void tlb_flush_page(uintptr_t address)
{
    __asm__ volatile(
        "dsb ishst\n\ttlbi vaae1, %0\n\tdsb nsh\n\tisb" ::"r"(address >> 12 & 0xfffffffffff)
        : "memory");
}
static inline void tlb_flush_all(void)
{
    __asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" ::: "memory");
}
static inline uint64_t space_current(void)
{
    return sys_read("ttbr0_el1") & PTE_ADDRESS;
}
/* All processes have number 0: what is not global goes from the TLB. TTBR1 changes only when the
   first tables are left. */
static inline void space_load(uint64_t root)
{
    extern char boot_root[];
    extern void boot_leave(uint64_t root);
    __asm__ volatile("dsb ishst" ::: "memory");
    if (sys_read("ttbr1_el1") == (uintptr_t)boot_root - KERNEL_BASE + ROOT_HALF)
        ((void (*)(uint64_t))((uintptr_t)boot_leave - KERNEL_BASE))(root);
    sys_write("ttbr0_el1", root);
    sys_sync();
    __asm__ volatile("tlbi aside1, xzr\n\tdsb nsh\n\tisb" ::: "memory");
}

/* ---- floating point ---------------------------------------------------------------------- */

struct user_fp {
    uint64_t v[64], control, status;
} __attribute__((aligned(16)));

#endif
