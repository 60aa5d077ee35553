/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on aarch64 (Procedure Call Standard for the Arm 64-bit
 * Architecture, AAPCS64, sections 6.1.1 and 6.1.2: x19-x28, x29, and the low halves of v8-v15
 * belong to the caller; so does fpcr; stacks are always aligned to 16 bytes).
 *
 *        higher addresses
 *  +176
 *  +112  d8-d15                  } only below a call of
 *  +104  x30, return address     } faden_context_switch;
 *   +48  x22-x28                 } the inline forms leave
 *   +40  x21   (new: argument)   } these registers to the
 *   +32  x20   (new: entry)      } compiler
 *   +24  fpcr                    not below faden_context_switch_inline
 *   +16  x19
 *    +8  x29
 *    +0  resume address          <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

/* -mgeneral-regs-only: a freestanding program may leave the registers to others. */
#ifdef __ARM_FP
#define ARCH_FPU 1
#else
#define ARCH_FPU 0
#endif

#define FRAME_RESUME 0
#define FRAME_X29 8
#define FRAME_X19 16
#define FRAME_FPCR 24
#define FRAME_X20 32
#define FRAME_X21 40
#define FRAME_X30 104
#define FRAME_D8 112
#define FRAME_SIZE 176

#define FRAME_ROOM 32         /* in the frame of a call that may wait: where its room begins */
#define FRAME_ENTRY FRAME_X20 /* in the frame of a context that never ran */
#define FRAME_ARG FRAME_X21
#define FRAME_NEW_SIZE 48

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    void (*resume)(void);
    void *x29, *x19;
    uint64_t fpcr;
    void (*entry)(void *);
    void *arg;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(resume, FRAME_RESUME);
FRAME_AT(x29, FRAME_X29);
FRAME_AT(x19, FRAME_X19);
FRAME_AT(fpcr, FRAME_FPCR);
FRAME_AT(entry, FRAME_ENTRY);
FRAME_AT(arg, FRAME_ARG);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word. What reports lies in another register. */
static inline uint64_t arch_fp_control(void)
{
    uint64_t fpcr = 0;
#if ARCH_FPU
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
#endif
    return fpcr;
}

static inline void arch_fp_control_set(uint64_t fp)
{
#if ARCH_FPU
    __asm__ volatile("msr fpcr, %0" ::"r"(fp));
#endif
    (void)fp;
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
    *f = (struct frame){.resume = faden__context_first, .fpcr = fp, .entry = entry, .arg = arg};
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
    __asm__ volatile("yield" ::: "memory");
}
#endif
#endif
