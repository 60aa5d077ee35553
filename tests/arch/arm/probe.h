/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on arm (EABI, hard float); tests/arch/conform/probe-call.h says
 * what this is. */
#define PROBE_ISA "arm"
#define PROBE_FP "fpscr modes"
#define PROBE_STACK_ALIGN 8
#define PROBE_BYTES 112

#define PROBE_REGISTERS(X)                                                                       \
    X(r4, 0, 4)                                                                                  \
    X(r5, 4, 4)                                                                                  \
    X(r6, 8, 4)                                                                                  \
    X(r7, 12, 4)                                                                                 \
    X(r8, 16, 4) X(r9, 20, 4) X(r10, 24, 4) X(r11, 28, 4) X(sp, 32, 4) X(d8, 40, 8) X(d9, 48, 8) \
        X(d10, 56, 8) X(d11, 64, 8) X(d12, 72, 8) X(d13, 80, 8) X(d14, 88, 8) X(d15, 96, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    (void)p;
}

/* Rounding modes, flush to zero, default NaN, alternative half precision: all of them, so that the
   address of a context, too, looks like one. */
static const uint64_t probe_fp_states[] = {
    0x0000000, 0x0400000, 0x0800000, 0x0c00000, 0x1000000, 0x1400000, 0x1800000, 0x1c00000,
    0x2000000, 0x2400000, 0x2800000, 0x2c00000, 0x3000000, 0x3400000, 0x3800000, 0x3c00000,
    0x4000000, 0x4400000, 0x4800000, 0x4c00000, 0x5000000, 0x5400000, 0x5800000, 0x5c00000,
    0x6000000, 0x6400000, 0x6800000, 0x6c00000, 0x7000000, 0x7400000, 0x7800000, 0x7c00000,
};

static inline uint64_t probe_fp_get(void)
{
    uint32_t fpscr;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr)::"memory");
    return fpscr & 0x7c00000;
}

static inline void probe_fp_set(uint64_t state)
{
    __asm__ volatile("vmsr fpscr, %0" ::"r"((uint32_t)state) : "memory");
}
#endif
