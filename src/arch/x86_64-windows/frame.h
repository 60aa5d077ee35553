/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on x86-64 Windows (Microsoft, "x64 calling convention" and "x64
 * software conventions": rbx, rbp, rsi, rdi, r12-r15, xmm6-xmm15 in full, the mxcsr control bits
 * and the x87 control word belong to the caller; 32 bytes above the return address belong to the
 * callee).
 *
 *        higher addresses
 *  +296  room                    in the callee's area, below a call of faden__switch
 *  +264  return address          (new: faden__context_first)
 *  +248  DeallocationStack       } the thread's bounds as the system knows them, in the thread's
 *  +240  StackLimit              } block (TEB): large frames are probed down to the limit, and
 *  +232  StackBase               } exceptions are dispatched between limit and base only
 *  +184  rdi, r12-r15, rsi       (new: entry in r12, argument in r13)
 *  +176  rbp
 *  +168  rbx
 *  +164  x87 control word
 *  +160  mxcsr
 *    +0  xmm6-xmm15              <- the handle: faden_context.sp, aligned to 16
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define FRAME_XMM6 0
#define FRAME_MXCSR 160
#define FRAME_X87CW 164
#define FRAME_RBX 168
#define FRAME_RBP 176
#define FRAME_RDI 184
#define FRAME_R12 192
#define FRAME_R13 200
#define FRAME_R14 208
#define FRAME_R15 216
#define FRAME_RSI 224
#define FRAME_BASE 232
#define FRAME_LIMIT 240
#define FRAME_LOWEST 248
#define FRAME_RETURN 264
#define FRAME_ROOM 296

/* A first frame: above it the callee's area, a return address of zero, and 8 bytes. */
#define FRAME_NEW_SIZE 320

/* In the thread's block, at gs. */
#define TEB_BASE 0x08
#define TEB_LIMIT 0x10
#define TEB_LOWEST 0x1478

#define MXCSR_CONTROL 0xffc0 /* the other bits are sticky status flags, not ABI state */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    char xmm[160];
    uint32_t mxcsr;
    uint16_t x87cw, unused;
    void *rbx, *rbp, *rdi;
    void (*entry)(void *);
    void *arg;
    void *r14, *r15, *rsi;
    char *base, *limit, *lowest;
    void *unused_too;
    void (*resume)(void);
    void *callee_area[4];
    void *return_address; /* zero: unwinding ends */
    void *above;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(mxcsr, FRAME_MXCSR);
FRAME_AT(x87cw, FRAME_X87CW);
FRAME_AT(rbx, FRAME_RBX);
FRAME_AT(entry, FRAME_R12);
FRAME_AT(arg, FRAME_R13);
FRAME_AT(rsi, FRAME_RSI);
FRAME_AT(base, FRAME_BASE);
FRAME_AT(limit, FRAME_LIMIT);
FRAME_AT(lowest, FRAME_LOWEST);
FRAME_AT(resume, FRAME_RETURN);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 512
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word: mxcsr below, the x87 control word above. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t mxcsr;
    uint16_t cw;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(cw));
    return (mxcsr & MXCSR_CONTROL) | (uint64_t)cw << 32;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t mxcsr = (uint32_t)fp;
    uint16_t cw = (uint16_t)(fp >> 32);
    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    __asm__ volatile("fldcw %0" ::"m"(cw));
}

/*
 * Lay the frame of a context that never ran below `top` (ARCH_STACK_ALIGN-aligned) and give its
 * stack pointer: the first switch to it calls entry(arg) on an empty, aligned stack with the
 * floating-point control state `fp`. arch_frame_bounds completes it.
 */
static inline void *arch_frame_prepare(void *top, void (*entry)(void *), void *arg, uint64_t fp)
{
    extern void faden__context_first(void);
    struct frame *f = (struct frame *)top - 1;
    *f = (struct frame){.resume = faden__context_first,
                        .mxcsr = (uint32_t)fp,
                        .x87cw = (uint16_t)(fp >> 32),
                        .entry = entry,
                        .arg = arg};
    return f;
}

/* The system must know the bounds of the stack that a context runs on. */
#define ARCH_FRAME_BOUNDS
static inline void arch_frame_bounds(void *sp, char *low, char *high)
{
    struct frame *f = sp;
    f->base = high;
    f->limit = f->lowest = low;
}

/* The room of the call that may wait whose frame this is. */
static inline void *arch_room(void *own_sp)
{
    return *(void **)((char *)own_sp + FRAME_ROOM);
}

/* Say to the processor that this is a spin loop. */
static inline void arch_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}
#endif
#endif
