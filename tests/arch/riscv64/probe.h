/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on riscv64; tests/arch/conform/probe-call.h says what this is. */
#define PROBE_ISA "riscv64"
#define PROBE_FP "frm"
#define PROBE_STACK_ALIGN 16
#define PROBE_BYTES 208

#define PROBE_REGISTERS(X)                                                                       \
    X(s0, 0, 8)                                                                                  \
    X(s1, 8, 8)                                                                                  \
    X(s2, 16, 8)                                                                                 \
    X(s3, 24, 8)                                                                                 \
    X(s4, 32, 8)                                                                                 \
    X(s5, 40, 8) X(s6, 48, 8) X(s7, 56, 8) X(s8, 64, 8) X(s9, 72, 8) X(s10, 80, 8) X(s11, 88, 8) \
        X(sp, 96, 8) PROBE_FP_REGISTERS(X)
#ifdef __riscv_float_abi_double
#define PROBE_FP_REGISTERS(X)                                                                 \
    X(fs0, 112, 8)                                                                            \
    X(fs1, 120, 8) X(fs2, 128, 8) X(fs3, 136, 8) X(fs4, 144, 8) X(fs5, 152, 8) X(fs6, 160, 8) \
        X(fs7, 168, 8) X(fs8, 176, 8) X(fs9, 184, 8) X(fs10, 192, 8) X(fs11, 200, 8)
#else
#define PROBE_FP_REGISTERS(X)
#endif

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    (void)p;
}

#ifdef __riscv_float_abi_double
static const uint64_t probe_fp_states[] = {
    UINT64_C(0), /* to nearest, the initial one */
    UINT64_C(1), /* toward zero */
    UINT64_C(2), /* down */
    UINT64_C(3), /* up */
    UINT64_C(4), /* to nearest, ties away */
};

static inline uint64_t probe_fp_get(void)
{
    uint64_t frm;
    __asm__ volatile("frrm %0" : "=r"(frm)::"memory");
    return frm;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("fsrm %0" ::"r"(state) : "memory");
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
