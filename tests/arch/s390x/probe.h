/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on s390x; tests/arch/conform/probe-call.h says what this is. */
#define PROBE_ISA "s390x"
#define PROBE_FP "fpc modes"
#define PROBE_STACK_ALIGN 8
#define PROBE_BYTES 144

#define PROBE_REGISTERS(X)                                                                    \
    X(r6, 0, 8)                                                                               \
    X(r7, 8, 8)                                                                               \
    X(r8, 16, 8)                                                                              \
    X(r9, 24, 8)                                                                              \
    X(r10, 32, 8) X(r11, 40, 8) X(r12, 48, 8) X(r13, 56, 8) X(r15, 64, 8) X(f8, 72, 8)        \
        X(f9, 80, 8) X(f10, 88, 8) X(f11, 96, 8) X(f12, 104, 8) X(f13, 112, 8) X(f14, 120, 8) \
            X(f15, 128, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    (void)p;
}

static const uint64_t probe_fp_states[] = {
    UINT64_C(0),          /* the initial one */
    UINT64_C(1),          /* toward zero */
    UINT64_C(2),          /* up */
    UINT64_C(3),          /* down */
    UINT64_C(0x80000000), /* invalid operation enabled */
    UINT64_C(0x40000000), /* division by zero */
    UINT64_C(0x20000000), /* overflow */
    UINT64_C(0x10000000), /* underflow */
    UINT64_C(0x8000000),  /* inexact */
    UINT64_C(0x10),       /* decimal: toward zero */
    UINT64_C(0x20),       /* decimal: up */
    UINT64_C(0x40),       /* decimal: to nearest, ties away */
};

static inline uint64_t probe_fp_get(void)
{
    uint32_t fpc;
    __asm__ volatile("efpc %0" : "=d"(fpc)::"memory");
    return fpc & 0xf8000077;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("sfpc %0" ::"d"((uint32_t)state) : "memory");
}
#endif
