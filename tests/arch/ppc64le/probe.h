/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on ppc64le (ELFv2); tests/arch/conform/probe-call.h says what
 * this is. */
#define PROBE_ISA "ppc64le"
#define PROBE_FP "fpscr modes, vscr nj"
#define PROBE_STACK_ALIGN 16
#define PROBE_BYTES 512

#define PROBE_REGISTERS(X)                                                                         \
    X(r14, 0, 8)                                                                                   \
    X(r15, 8, 8)                                                                                   \
    X(r16, 16, 8)                                                                                  \
    X(r17, 24, 8)                                                                                  \
    X(r18, 32, 8) X(r19, 40, 8) X(r20, 48, 8) X(r21, 56, 8) X(r22, 64, 8) X(r23, 72, 8)            \
        X(r24, 80, 8) X(r25, 88, 8) X(r26, 96, 8) X(r27, 104, 8) X(r28, 112, 8) X(r29, 120, 8)     \
            X(r30, 128, 8) X(r31, 136, 8) X(r1, 144, 8) X(cr2_to_cr4, 152, 8) X(f14, 160, 8)       \
                X(f15, 168, 8) X(f16, 176, 8) X(f17, 184, 8) X(f18, 192, 8) X(f19, 200, 8)         \
                    X(f20, 208, 8) X(f21, 216, 8) X(f22, 224, 8) X(f23, 232, 8) X(f24, 240, 8)     \
                        X(f25, 248, 8) X(f26, 256, 8) X(f27, 264, 8) X(f28, 272, 8) X(f29, 280, 8) \
                            X(f30, 288, 8) X(f31, 296, 8) X(v20, 304, 16) X(v21, 320, 16)          \
                                X(v22, 336, 16) X(v23, 352, 16) X(v24, 368, 16) X(v25, 384, 16)    \
                                    X(v26, 400, 16) X(v27, 416, 16) X(v28, 432, 16)                \
                                        X(v29, 448, 16) X(v30, 464, 16) X(v31, 480, 16)

/* The TOC pointer: a call through a pointer may change it, the switch does not. */
#define PROBE_SWITCH_REGISTERS(X) X(r2, 496, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    uint64_t cr;
    __builtin_memcpy(&cr, p->in + 152, 8);
    cr &= 0xfff000;
    __builtin_memcpy(p->in + 152, &cr, 8);
}

/* The low byte of FPSCR and its decimal rounding mode, and in bit 16 NJ of VSCR. */
static const uint64_t probe_fp_states[] = {
    UINT64_C(0x10000),     /* the initial one: non-Java mode, as qemu and old kernels have it */
    UINT64_C(0),           /* Java mode */
    UINT64_C(0x10001),     /* toward zero */
    UINT64_C(0x10002),     /* up */
    UINT64_C(0x10003),     /* down */
    UINT64_C(0x10004),     /* non-IEEE mode */
    UINT64_C(0x10008),     /* inexact enabled */
    UINT64_C(0x10010),     /* division by zero */
    UINT64_C(0x10020),     /* underflow */
    UINT64_C(0x10040),     /* overflow */
    UINT64_C(0x80),        /* invalid operation, and Java mode */
    UINT64_C(0x100010000), /* decimal: toward zero */
    UINT64_C(0x200010000), /* decimal: up */
    UINT64_C(0x400010000), /* decimal: to nearest, ties toward zero */
};

typedef unsigned probe_vector __attribute__((vector_size(16)));

static inline uint64_t probe_fp_get(void)
{
    union {
        double d;
        uint64_t n;
    } fpscr;
    probe_vector vscr;
    __asm__ volatile("mffs %0\n\tmfvscr %1" : "=d"(fpscr.d), "=v"(vscr)::"memory");
    return (fpscr.n & UINT64_C(0x7000000ff)) | (vscr[0] & 0x10000);
}

static inline void probe_fp_set(uint64_t state)
{
    union {
        double d;
        uint64_t n;
    } fpscr = {.n = state & UINT64_C(0x7000000ff)};
    probe_vector vscr = {(unsigned)state & 0x10000};
    __asm__ volatile("mtfsf 255, %0, 1, 0\n\tmtvscr %1" ::"d"(fpscr.d), "v"(vscr) : "memory");
}
#endif
