/* SPDX-License-Identifier: MIT */
/*
 * What the conformance tests need to know of an ISA. A port gives the same names in its own
 * tests/arch/<isa>/isa.h and isa.S.
 */
#ifndef TESTS_ARCH_ISA_H
#define TESTS_ARCH_ISA_H

#include <stdbool.h>
#include <stdint.h>

#include <faden/context.h>

/* Put patterns made from `seed` into every callee-saved register, switch out of line, and look
   at them again: gives a mask of those that changed, by the numbers below. */
uint64_t isa_sentinels(faden_context *from, const faden_context *to, uint64_t seed);

#define ISA_SENTINEL_NAMES "rbx", "rbp", "r12", "r13", "r14", "r15", "rsp", "direction flag"

/* Overwrite every register the processor has and the C compiler may use, leave the arithmetic
   flags all set, and switch out of line. `level` is isa_level()'s. */
void isa_trash_switch(faden_context *from, const faden_context *to, int level);

/* Which registers there are: 0 SSE, 1 AVX, 2 AVX-512F, 3 AVX-512BW (wide masks). */
static inline int isa_level(void)
{
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx"))
        return 0;
    if (!__builtin_cpu_supports("avx512f"))
        return 1;
    return __builtin_cpu_supports("avx512bw") ? 3 : 2;
}

/*
 * A leaf that works in all of the red zone: word k of the isa_red_zone_words below the stack
 * pointer starts as seed + k (k = 1, 2, ...). One of `n` rounds begins with the last word as the
 * sum; for each word before it, downwards, adds the word to the sum, rotates the sum left by 7 and
 * stores it there; at last stores it in the last word. Gives the last sum.
 */
uint64_t isa_red_zone(uint64_t seed, uint64_t n);
enum { isa_red_zone_words = 16 };

/* Call fn(arg) with the parts of a control state (see isa_fp_states) in the registers where the
   switch keeps the running context's parts, to see that it does not take what it finds there. */
void isa_with_state(void (*fn)(void *), void *arg, uint64_t state);

/* Call fn(arg) with sentinels in all callee-saved registers that an unwinder knows, in a frame
   that it can walk. */
void isa_frame(void (*fn)(void *), void *arg, uint64_t seed);
/* The same function under a second name, to tell two chains apart. */
void isa_frame_b(void (*fn)(void *), void *arg, uint64_t seed);
/* The DWARF numbers of those registers, in the order of the sentinels seed, seed + 1, ... */
static const int isa_frame_registers[] = {3, 6, 12, 13, 14, 15};

/* From the return of the first to the call of the second, SIGTRAP comes after each instruction. */
void isa_step_on(void);
void isa_step_off(void);
#define ISA_CAN_STEP 1
#define ISA_PC(ucontext) ((uintptr_t)(ucontext)->uc_mcontext.gregs[REG_RIP])
#define ISA_SP(ucontext) ((uintptr_t)(ucontext)->uc_mcontext.gregs[REG_RSP])

static inline bool isa_direction_is_clear(void)
{
    return !(__builtin_ia32_readeflags_u64() & 0x400);
}

/* Control states that differ in every bit that is kept: mxcsr below, the x87 word above. */
static const uint64_t isa_fp_states[] = {
    UINT64_C(0x037f00001f80), /* the initial one */
    UINT64_C(0x037f00003f80), /* rounding down in SSE only */
    UINT64_C(0x077f00001f80), /* rounding down in x87 only */
    UINT64_C(0x0b7f00005f80), /* rounding up */
    UINT64_C(0x0f7f00007f80), /* toward zero */
    UINT64_C(0x037f00009f80), /* flush to zero */
    UINT64_C(0x037f00001fc0), /* denormals are zero */
    UINT64_C(0x007f00009fc0), /* both; single precision */
    UINT64_C(0x027f00001f80), /* double precision */
    UINT64_C(0x037f00000000), /* all zero in SSE: every exception unmasked */
    UINT64_C(0x037e00001f00), /* invalid operation unmasked */
    UINT64_C(0x037d00001e80), /* denormal */
    UINT64_C(0x037b00001d80), /* division by zero */
    UINT64_C(0x037700001b80), /* overflow */
    UINT64_C(0x036f00001780), /* underflow */
    UINT64_C(0x035f00000f80), /* inexact */
};
enum { ISA_FP_STATES = sizeof isa_fp_states / sizeof *isa_fp_states };

static inline uint64_t isa_fp_get(void)
{
    uint32_t mxcsr;
    uint16_t cw;
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(cw));
    return (uint64_t)cw << 32 | (mxcsr & 0xffc0);
}

static inline void isa_fp_set(uint64_t state)
{
    uint32_t mxcsr = (uint32_t)state;
    uint16_t cw = (uint16_t)(state >> 32);
    __asm__ volatile("ldmxcsr %0\n\tfldcw %1" ::"m"(mxcsr), "m"(cw));
}

/* Raise a sticky floating-point flag, which is not part of the kept state. */
static inline void isa_fp_raise_inexact(void)
{
    volatile double one = 1, three = 3;
    one = one / three;
}

#endif
