/* SPDX-License-Identifier: MIT */
/* What x86-64 and i386 have in common of the inline half. */
#ifndef KERNEL_ARCH_X86_NATIVE_H
#define KERNEL_ARCH_X86_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- interrupts of this processor -------------------------------------------------------- */

enum { FLAGS_FIXED = 2, FLAGS_IF = 1 << 9 };

static inline bool irq_enabled(void)
{
    uintptr_t flags;
    __asm__ volatile("pushf\n\tpop %0" : "=r"(flags));
    return flags & FLAGS_IF;
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

/* ---- page tables: the entries of long mode and of PAE ------------------------------------- */

typedef uint64_t pte_t;

enum { PTE_BITS = 9 };
enum { PTE_PRESENT = 1, PTE_WRITE = 2, PTE_USER = 4, PTE_NO_CACHE = 0x10, PTE_LEAF = 0x80 };
#define PTE_GLOBAL 0x100u
#define PTE_NO_EXEC ((pte_t)1 << 63)
#define PTE_ADDRESS 0x000ffffffffff000u

static inline bool pte_present(pte_t e)
{
    return e & PTE_PRESENT;
}
static inline bool pte_leaf(pte_t e, unsigned level)
{
    return level == 0 || e & PTE_LEAF;
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

static inline void tlb_flush_page(uintptr_t address)
{
    __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}
static inline uint64_t space_current(void)
{
    uintptr_t root;
    __asm__ volatile("mov %%cr3, %0" : "=r"(root));
    return root;
}
static inline void space_load(uint64_t root)
{
    __asm__ volatile("mov %0, %%cr3" ::"r"((uintptr_t)root) : "memory");
}
static inline uintptr_t read_cr4(void)
{
    uintptr_t v;
    __asm__ volatile("mov %%cr4, %0" : "=r"(v));
    return v;
}
static inline void write_cr4(uintptr_t v)
{
    __asm__ volatile("mov %0, %%cr4" ::"r"(v) : "memory");
}
static inline void tlb_flush_all(void)
{
    uintptr_t cr4 = read_cr4(); /* global pages too */
    write_cr4(cr4 & ~(uintptr_t)CR4_PGE);
    write_cr4(cr4);
}

/* ---- floating point ---------------------------------------------------------------------- */

/* AVX is not enabled, so this is all there is. */
struct user_fp {
    uint8_t state[512];
} __attribute__((aligned(16)));

static inline void fp_fresh(struct user_fp *fp)
{
    enum { CONTROL_DEFAULT = 0x37f, MXCSR_DEFAULT = 0x1f80, MXCSR_AT = 24 };
    *fp = (struct user_fp){{0}};
    *(uint16_t *)fp->state = CONTROL_DEFAULT;
    *(uint32_t *)(fp->state + MXCSR_AT) = MXCSR_DEFAULT;
}

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

/* What the processor can do; all 0 where it does not know the leaf. */
struct cpuid {
    uint32_t a, b, c, d;
};
static inline struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid r = {leaf & 0x80000000, 0, 0, 0};
    __asm__ volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
    if (r.a < leaf)
        return (struct cpuid){0, 0, 0, 0};
    r = (struct cpuid){leaf, 0, 0, 0};
    __asm__ volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
    return r;
}

/* No execution and no access of user pages by the kernel, where the processor has that. */
static inline void protect_from_user(void)
{
    uint32_t has = cpuid(7).b;
    write_cr4(read_cr4() | (has & 1 << 7 ? CR4_SMEP : 0) | (has & 1 << 20 ? CR4_SMAP : 0));
}

#endif
