/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on aarch64; tests/arch/conform/probe-call.h says what this is. */
#define PROBE_ISA "aarch64"
#define PROBE_FP "fpcr"
#define PROBE_STACK_ALIGN 16
#define PROBE_BYTES 160

#define PROBE_REGISTERS(X)                                                                  \
    X(x19, 0, 8)                                                                            \
    X(x20, 8, 8)                                                                            \
    X(x21, 16, 8)                                                                           \
    X(x22, 24, 8)                                                                           \
    X(x23, 32, 8) X(x24, 40, 8) X(x25, 48, 8) X(x26, 56, 8) X(x27, 64, 8) X(x28, 72, 8)     \
        X(x29, 80, 8) X(sp, 88, 8) X(d8, 96, 8) X(d9, 104, 8) X(d10, 112, 8) X(d11, 120, 8) \
            X(d12, 128, 8) X(d13, 136, 8) X(d14, 144, 8) X(d15, 152, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    (void)p;
}

static const uint64_t probe_fp_states[] = {
    UINT64_C(0),         /* the initial one */
    UINT64_C(0x400000),  /* up */
    UINT64_C(0x800000),  /* down */
    UINT64_C(0xc00000),  /* toward zero */
    UINT64_C(0x1000000), /* flush to zero */
    UINT64_C(0x2000000), /* default NaN */
    UINT64_C(0x4000000), /* alternative half precision */
};

static inline uint64_t probe_fp_get(void)
{
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr)::"memory");
    return fpcr & 0x7c00000;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, xzr" ::"r"(state) : "memory");
}
#endif
