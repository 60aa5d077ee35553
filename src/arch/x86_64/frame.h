/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on x86-64 (System V ABI, section 3.2.1: rbx, rbp, r12-r15,
 * the mxcsr control bits and the x87 control word belong to the caller).
 *
 *        higher addresses
 *   +64  return address          } only below a call of
 *   +56  r15                     } faden_context_switch;
 *   +48  r14                     } the inline forms leave
 *   +40  r13   (new: argument)   } these registers to the
 *   +32  r12   (new: entry)      } compiler
 *   +28  x87 control word        } not below
 *   +24  mxcsr                   } faden_context_switch_inline
 *   +16  rbx
 *    +8  rbp
 *    +0  resume address          <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define FRAME_RESUME 0
#define FRAME_RBP 8
#define FRAME_RBX 16
#define FRAME_MXCSR 24
#define FRAME_X87CW 28
#define FRAME_R12 32
#define FRAME_R13 40
#define FRAME_R14 48
#define FRAME_R15 56
#define FRAME_RETURN 64

#define FRAME_ROOM 32 /* in the frame of a call that may wait: where its room begins */
#define FRAME_ENTRY FRAME_R12 /* in the frame of a context that never ran */
#define FRAME_ARG FRAME_R13
#define FRAME_NEW_SIZE 48 /* a multiple of 16: what lies above it is the first frame */

#define OPS_FINISH 8 /* in struct faden__switch_ops */

#define MXCSR_CONTROL 0xffc0 /* the other bits are sticky status flags, not ABI state */

#ifndef __ASSEMBLER__
#include <stdint.h>

#include <faden/arch/ops.h>

struct frame {
    void (*resume)(void);
    void *rbp, *rbx;
    uint32_t mxcsr;
    uint16_t x87cw, unused;
    void (*entry)(void *);
    void *arg;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(resume, FRAME_RESUME);
FRAME_AT(rbp, FRAME_RBP);
FRAME_AT(rbx, FRAME_RBX);
FRAME_AT(mxcsr, FRAME_MXCSR);
FRAME_AT(x87cw, FRAME_X87CW);
FRAME_AT(entry, FRAME_ENTRY);
FRAME_AT(arg, FRAME_ARG);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT
_Static_assert(__builtin_offsetof(struct faden__switch_ops, finish) == OPS_FINISH, "frame.h: ops");

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
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

/* Cheaper than to ask: see docs/design/switch.md. */
static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t mxcsr = (uint32_t)fp;
    uint16_t cw = (uint16_t)(fp >> 32);
    uint16_t now;
    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(now));
    if (now != cw)
        __asm__ volatile("fldcw %0" ::"m"(cw));
}

/*
 * Lay the frame of a context that never ran below `top` (ARCH_STACK_ALIGN-aligned) and give
 * its stack pointer: the first switch to it calls entry(arg) on an empty, aligned stack with
 * the floating-point control state `fp`.
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

/* The room of the call that may wait whose frame this is. */
static inline void *arch_room(void *own_sp)
{
    return (char *)own_sp + FRAME_ROOM;
}

/* Say to the processor that this is a spin loop. */
static inline void arch_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}
#endif
#endif
