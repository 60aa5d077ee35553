/* SPDX-License-Identifier: MIT */
/* x86-64 as kernel/arch.h asks for it: the inline half. */
#ifndef KERNEL_ARCH_NATIVE_H
#define KERNEL_ARCH_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

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

/* ---- interrupts of this processor -------------------------------------------------------- */

enum { RFLAGS_IF = 1 << 9 };

static inline bool irq_enabled(void)
{
    uint64_t flags;
    __asm__ volatile("pushf\n\tpop %0" : "=r"(flags));
    return flags & RFLAGS_IF;
}
static inline void irq_disable(void)
{
    __asm__ volatile("cli" ::: "memory");
}
static inline void irq_enable(void)
{
    __asm__ volatile("sti" ::: "memory");
}
/* sti takes effect after the next instruction: no interrupt comes between the two. */
static inline void irq_wait(void)
{
    __asm__ volatile("sti\n\thlt\n\tcli" ::: "memory");
}

/* ---- page tables ------------------------------------------------------------------------- */

typedef uint64_t pte_t;

enum { PTE_LEVELS = 4, PTE_BITS = 9 };
enum { PTE_PRESENT = 1, PTE_WRITE = 2, PTE_USER = 4, PTE_NO_CACHE = 0x10, PTE_LARGE = 0x80 };
#define PTE_GLOBAL 0x100u
#define PTE_NO_EXEC ((pte_t)1 << 63)
#define PTE_ADDRESS 0x000ffffffffff000u

static inline bool pte_present(pte_t e)
{
    return e & PTE_PRESENT;
}
static inline bool pte_leaf(pte_t e, unsigned level)
{
    return level == 0 || e & PTE_LARGE;
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
    return e & PTE_WRITE;
}
static inline bool pte_executable(pte_t e)
{
    return !(e & PTE_NO_EXEC);
}
static inline pte_t pte_table(uint64_t address, unsigned level)
{
    (void)level;
    return address | PTE_PRESENT | PTE_WRITE | PTE_USER;
}
static inline pte_t pte_make(uint64_t address, unsigned level, bool write, bool exec, bool user,
                             bool device)
{
    return address | PTE_PRESENT | (write ? PTE_WRITE : 0) | (exec ? 0 : PTE_NO_EXEC) |
           (user ? PTE_USER : PTE_GLOBAL) | (device ? PTE_NO_CACHE : 0) | (level ? PTE_LARGE : 0);
}

static inline void tlb_flush_page(uintptr_t address)
{
    __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}
static inline void tlb_flush_all(void)
{
    uint64_t cr4; /* global pages too */
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4 & ~(uint64_t)CR4_PGE) : "memory");
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4) : "memory");
}
static inline uint64_t space_current(void)
{
    uint64_t root;
    __asm__ volatile("mov %%cr3, %0" : "=r"(root));
    return root;
}
static inline void space_load(uint64_t root)
{
    __asm__ volatile("mov %0, %%cr3" ::"r"(root) : "memory");
}

/* ---- floating point ---------------------------------------------------------------------- */

/* AVX is not enabled, so this is all there is. */
struct user_fp {
    uint8_t state[512];
} __attribute__((aligned(16)));

/* ---- ports and registers of the machine -------------------------------------------------- */

static inline void out8(uint16_t port, uint8_t v)
{
    __asm__ volatile("outb %0, %1" ::"a"(v), "Nd"(port));
}
static inline void out32(uint16_t port, uint32_t v)
{
    __asm__ volatile("outl %0, %1" ::"a"(v), "Nd"(port));
}
static inline uint8_t in8(uint16_t port)
{
    uint8_t v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}
static inline uint64_t read_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return low | (uint64_t)high << 32;
}
static inline void write_msr(uint32_t msr, uint64_t v)
{
    __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}
static inline uint64_t read_msr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return low | (uint64_t)high << 32;
}

#endif
