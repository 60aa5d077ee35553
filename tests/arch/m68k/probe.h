/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on m68k (68040 with its FPU); tests/arch/conform/probe-call.h
 * says what this is. */
#define PROBE_ISA "m68k"
#define PROBE_FP "fpcr"
#define PROBE_STACK_ALIGN 4
#define PROBE_BYTES 128

#define PROBE_REGISTERS(X)                                                                     \
    X(d2, 0, 4)                                                                                \
    X(d3, 4, 4)                                                                                \
    X(d4, 8, 4)                                                                                \
    X(d5, 12, 4)                                                                               \
    X(d6, 16, 4)                                                                               \
    X(d7, 20, 4) X(a2, 24, 4) X(a3, 28, 4) X(a4, 32, 4) X(a5, 36, 4) X(a6, 40, 4) X(sp, 44, 4) \
        PROBE_FP_REGISTERS(X)
#ifdef __HAVE_68881__
#define PROBE_FP_REGISTERS(X) \
    X(fp2, 48, 12) X(fp3, 60, 12) X(fp4, 72, 12) X(fp5, 84, 12) X(fp6, 96, 12) X(fp7, 108, 12)
#else
#define PROBE_FP_REGISTERS(X)
#endif

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    for (int i = 48; i < 120; i += 12)
        __builtin_memset(p->in + i + 2, 0, 2); /* unused bits of the extended format */
}

#ifdef __HAVE_68881__
static const uint64_t probe_fp_states[] = {
    UINT64_C(0),      /* the initial one */
    UINT64_C(0x10),   /* toward zero */
    UINT64_C(0x20),   /* down */
    UINT64_C(0x30),   /* up */
    UINT64_C(0x40),   /* single precision */
    UINT64_C(0x80),   /* double precision */
    UINT64_C(0x8000), /* branch or set on unordered enabled */
    UINT64_C(0x4000), /* signalling NaN */
    UINT64_C(0x2000), /* operand error */
    UINT64_C(0x1000), /* overflow */
    UINT64_C(0x800),  /* underflow */
    UINT64_C(0x400),  /* division by zero */
    UINT64_C(0x200),  /* inexact operation */
    UINT64_C(0x100),  /* inexact decimal input */
};

static inline uint64_t probe_fp_get(void)
{
    uint32_t fpcr;
    __asm__ volatile("fmove.l %%fpcr, %0" : "=d"(fpcr)::"memory");
    return fpcr;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("fmove.l %0, %%fpcr" ::"d"((uint32_t)state) : "memory");
}
#else
static const uint64_t probe_fp_states[] = {0};

static inline uint64_t probe_fp_get(void)
{
    return 0;
}

static inline void probe_fp_set(uint64_t state)
{
    (void)state;
}
#endif
#endif
