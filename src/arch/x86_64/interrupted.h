/* SPDX-License-Identifier: MIT */
/*
 * Preemption on x86-64 under Linux: what the signal handler (platform/linux/preempt.c) must know of
 * the processor. preempt.S draws what arch_preempt_enter lays on the stack.
 */
#ifndef FADEN_ARCH_INTERRUPTED_H
#define FADEN_ARCH_INTERRUPTED_H

#include <cpuid.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define ARCH_RED_ZONE 128
#define ARCH_PREEMPT_WORDS (3 + 1 + 15) /* of 8 bytes: see preempt.S */

/* The extended state that a task may have: a mask for XSAVE, and the bytes that takes. */
struct arch_state {
    uint64_t mask;
    size_t size;
};

/* Intel SDM volume 1, chapter 13. AMX tiles are 8 KiB and rarely in use: see below. */
#define XCR0_TILES (UINT64_C(3) << 17)
enum { XSAVE_LEGACY = 576, XSAVE_STATE_BV = 512 };

static inline uint64_t arch_xcr0(void)
{
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return (uint64_t)d << 32 | a;
}

/* Each component lies where CPUID says, whatever others are saved with it. */
static inline struct arch_state arch_state_for(uint64_t mask)
{
    struct arch_state s = {mask, XSAVE_LEGACY};
    for (unsigned i = 2; i < 63; i++) {
        uint32_t size, offset, c, d;
        if (mask >> i & 1 && __get_cpuid_count(0xd, i, &size, &offset, &c, &d) &&
            offset + size > s.size)
            s.size = offset + size;
    }
    return s;
}

/* [0]: what every task has; [1]: with the tiles. Called once, before any arch_preempt_room. */
static inline void arch_preempt_init(struct arch_state states[2])
{
    uint64_t xcr0 = arch_xcr0();
    states[0] = arch_state_for(xcr0 & ~XCR0_TILES);
    states[1] = arch_state_for(xcr0);
}

/* What this task has. The kernel's signal frame tells which components are in use. */
static inline const struct arch_state *arch_state_of(const ucontext_t *uc,
                                                     const struct arch_state states[2])
{
    uint64_t in_use;
    if (states[0].mask == states[1].mask)
        return &states[0];
    memcpy(&in_use, (const char *)uc->uc_mcontext.fpregs + XSAVE_STATE_BV, sizeof in_use);
    return &states[(in_use & XCR0_TILES) != 0];
}

static inline uintptr_t arch_pc(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

static inline uintptr_t arch_sp(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

/* A word of a stack as the address that it may be. */
static inline uintptr_t arch_plain(uintptr_t word)
{
    return word;
}

/* A register that may hold the return address of the innermost function; 0: none, it is in memory.
 */
static inline uintptr_t arch_link(const ucontext_t *uc)
{
    (void)uc;
    return 0;
}

/* Bytes that faden__preempted takes below the interrupted sp, without those of the calls in it. */
static inline size_t arch_preempt_room(const ucontext_t *uc, const struct arch_state states[2])
{
    return ARCH_RED_ZONE + 8 * ARCH_PREEMPT_WORDS + 64 + arch_state_of(uc, states)->size;
}

/* When the handler returns, the task goes on in faden__preempted. */
static inline void arch_preempt_enter(siginfo_t *info, ucontext_t *uc,
                                      const struct arch_state states[2])
{
    extern void faden__preempted(void) __attribute__((visibility("hidden")));
    const struct arch_state *state = arch_state_of(uc, states);
    uint64_t *sp = (uint64_t *)(arch_sp(uc) - ARCH_RED_ZONE);
    (void)info;
    *--sp = (uint64_t)arch_pc(uc);
    *--sp = state->size;
    *--sp = state->mask;
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)sp;
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)faden__preempted;
}

/*
 * Can `pc`, in text that may be read, be where a call returns to? There is a call instruction in
 * front of every such place: E8 and four bytes, or FF /2 with two to seven in all.
 */
static inline bool arch_after_call(uintptr_t pc)
{
    const uint8_t *p = (const uint8_t *)pc;
    if (p[-5] == 0xe8)
        return true;
    for (int n = 2; n <= 7; n++)
        if (p[-n] == 0xff && (p[1 - n] >> 3 & 7) == 2)
            return true;
    return false;
}

#endif
