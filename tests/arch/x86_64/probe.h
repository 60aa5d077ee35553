/* SPDX-License-Identifier: MIT */
/* The conformance program's probe on x86-64; tests/arch/conform/probe-call.h says what this is. */
#define PROBE_ISA "x86_64"
#define PROBE_FP "mxcsr, x87 control word"
#define PROBE_STACK_ALIGN 16
#define PROBE_BYTES 64
#define PROBE_USES_PROMISE 1 /* faden_fp_control_fix: control-forms.c */

#define PROBE_REGISTERS(X) \
    X(rbx, 0, 8)           \
    X(rbp, 8, 8)           \
    X(r12, 16, 8) X(r13, 24, 8) X(r14, 32, 8) X(r15, 40, 8) X(rsp, 48, 8) X(direction_flag, 56, 8)

#ifndef __ASSEMBLER__
#include "../conform/probe-call.h"

static inline void probe_possible(struct probe *p)
{
    __builtin_memset(p->in + 56, 0, 8);
}

/* mxcsr below, the x87 control word above. */
static const uint64_t probe_fp_states[] = {
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
    UINT64_C(0x037f00001f00), /* the same low byte in SSE as where all are unmasked */
    UINT64_C(0x034000001cc0), /* its mxcsr and the initial one differ by just its x87 word */
};

static inline uint64_t probe_fp_get(void)
{
    uint32_t mxcsr;
    uint16_t cw;
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(cw)::"memory");
    return (uint64_t)cw << 32 | (mxcsr & 0xffc0);
}

static inline void probe_fp_set(uint64_t state)
{
    uint32_t mxcsr = (uint32_t)state;
    uint16_t cw = (uint16_t)(state >> 32);
    __asm__ volatile("ldmxcsr %0\n\tfldcw %1" ::"m"(mxcsr), "m"(cw) : "memory");
}
#endif
