/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on mips64el (n64); tests/arch/conform/probe-call.h says what this
 * is. */
#define PROBE_ISA "mips64el"
#define PROBE_FP "fcsr modes"
#define PROBE_STACK_ALIGN 16
#define PROBE_BYTES 160

#define PROBE_REGISTERS(X)                                                                      \
    X(s0, 0, 8)                                                                                 \
    X(s1, 8, 8)                                                                                 \
    X(s2, 16, 8)                                                                                \
    X(s3, 24, 8)                                                                                \
    X(s4, 32, 8) X(s5, 40, 8) X(s6, 48, 8) X(s7, 56, 8) X(gp, 64, 8) X(fp, 72, 8) X(sp, 80, 8)  \
        X(f24, 88, 8) X(f25, 96, 8) X(f26, 104, 8) X(f27, 112, 8) X(f28, 120, 8) X(f29, 128, 8) \
            X(f30, 136, 8) X(f31, 144, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    (void)p;
}

static const uint64_t probe_fp_states[] = {
    UINT64_C(0),         /* the initial one */
    UINT64_C(1),         /* toward zero */
    UINT64_C(2),         /* up */
    UINT64_C(3),         /* down */
    UINT64_C(0x1000000), /* flush to zero */
    UINT64_C(0x80),      /* inexact enabled */
    UINT64_C(0x100),     /* underflow */
    UINT64_C(0x200),     /* overflow */
    UINT64_C(0x400),     /* division by zero */
    UINT64_C(0x800),     /* invalid operation */
};

static inline uint64_t probe_fp_get(void)
{
    uint32_t fcsr;
    __asm__ volatile("cfc1 %0, $31" : "=r"(fcsr)::"memory");
    return fcsr & 0x1000f83;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("ctc1 %0, $31" ::"r"((uint32_t)state) : "memory");
}
#endif
