/* SPDX-License-Identifier: MIT */
/* m68k (68040) as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* ---- what a trap saved (trap.S pushes it) ------------------------------------------------ */

struct regs {
    uint32_t sp;   /* of whom was interrupted: the user stack pointer */
    uint32_t user; /* 1: a process was */
    uint32_t d[8], a[7];
    /* pushed by the processor; the last four of access faults only */
    uint16_t sr;
    uint32_t pc;
    uint16_t vector; /* format << 12 | offset in the table */
    uint32_t effective;
    uint16_t status, write_backs[3];
    uint32_t fault;
};
_Static_assert(offsetof(struct regs, a) + 24 == REGS_A6, "layout.h");
_Static_assert(offsetof(struct regs, sr) == REGS_SR, "layout.h");
_Static_assert(offsetof(struct regs, pc) == REGS_PC, "layout.h");
_Static_assert(sizeof(struct regs) == REGS_SIZE, "layout.h");

static inline unsigned regs_vector(const struct regs *r)
{
    return (r->vector & 0xfff) / 4;
}
static inline uintptr_t regs_pc(const struct regs *r)
{
    return r->pc;
}
static inline uintptr_t regs_frame(const struct regs *r)
{
    return r->a[6];
}
static inline bool regs_from_user(const struct regs *r)
{
    return r->user;
}

/* ---- interrupts of this processor -------------------------------------------------------- */

static inline bool irq_enabled(void)
{
    register uint32_t sr __asm__("d0");
    __asm__ volatile("trap %1" : "=d"(sr) : "i"(SERVICE_STATUS) : "memory");
    return (sr & SR_MASK) != SR_MASK;
}
static inline void irq_mask(uint32_t mask)
{
    register uint32_t d0 __asm__("d0") = mask;
    __asm__ volatile("trap %1" : "+d"(d0) : "i"(SERVICE_MASK) : "d1", "memory");
}
static inline void irq_disable(void)
{
    irq_mask(SR_MASK);
}
static inline void irq_enable(void)
{
    irq_mask(0);
}
/* stop sets the mask and sleeps in one step. */
static inline void irq_wait(void)
{
    __asm__ volatile("trap %0" ::"i"(SERVICE_WAIT) : "memory");
}

/* ---- page tables ------------------------------------------------------------------------- */

typedef uint32_t pte_t;

/* 128 entries of 32 MiB, 128 of 256 KiB, 64 of 4 KiB; there are no larger pages. */
enum { PTE_LEVELS = 3 };
#define pte_bits(level) ((level) ? 7u : 6u)
#define PTE_LARGE 0
#define SPACE_SPLIT 1
#define ALL_EXECUTABLE 1

/* The processor lets all pages be executed. What may be is remembered in a bit that it leaves to
   us. */
enum { PTE_EXEC = 0x100, PTE_OWNED = 0x200 /* by a process */ };

_Static_assert(TABLE_FLAGS == (TABLE_RESIDENT | PTE_USED), "layout.h");
_Static_assert(PAGE_FLAGS == (PAGE_RESIDENT | PTE_USED | PTE_MODIFIED | PTE_COPYBACK), "layout.h");
_Static_assert(SR_OFF == (SR_SUPERVISOR | SR_MASK), "layout.h");

static inline bool pte_present(pte_t e)
{
    return e & (PAGE_RESIDENT | TABLE_RESIDENT);
}
static inline bool pte_leaf(pte_t e, unsigned level)
{
    (void)level;
    return e & PAGE_RESIDENT;
}
static inline uint64_t pte_address(pte_t e)
{
    return e & PAGE_RESIDENT ? e & -(uint32_t)PAGE_SIZE : e & ~(uint32_t)0xff;
}
static inline bool pte_user(pte_t e)
{
    return e & PTE_OWNED;
}
static inline bool pte_writable(pte_t e)
{
    return !(e & PTE_READ_ONLY);
}
static inline bool pte_executable(pte_t e)
{
    return e & PTE_EXEC;
}
static inline pte_t pte_table(uint64_t address, unsigned level)
{
    (void)level;
    return (pte_t)address | TABLE_FLAGS;
}
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    (void)level;
    return (pte_t)address | PAGE_RESIDENT | PTE_USED | (write ? PTE_MODIFIED : PTE_READ_ONLY) |
           (exec ? PTE_EXEC : 0) | (user ? PTE_OWNED : 0) |
           (device ? PTE_SERIALIZED : PTE_COPYBACK);
}

static inline void tlb_flush_all(void)
{
    __asm__ volatile("trap %0" ::"i"(SERVICE_FLUSH) : "memory");
}
static inline void tlb_flush_page(uintptr_t address)
{
    (void)address;
    tlb_flush_all();
}

/* What the user root pointer will be on the way to user mode; in the kernel, it is the kernel's
   always. The first one that is loaded is the kernel's. */
extern uint32_t process_root;
void space_load(uint64_t root);
static inline uint64_t space_current(void)
{
    return process_root;
}

/* ---- floating point ---------------------------------------------------------------------- */

struct user_fp {
    uint32_t fp[8][3], control[3];
};

#endif
