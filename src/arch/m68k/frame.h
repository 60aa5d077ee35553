/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on m68k (System V ABI, Motorola 68000 Processor Family
 * Supplement, chapter 3, "Function Calling Sequence": d2-d7, a2-a6 and fp2-fp7 belong to the
 * caller, and fpcr).
 *
 *        higher addresses
 *  +136  room              } the arguments of faden__switch, where it is
 *  +132  b                 } one of that
 *  +128  a                 }
 *  +124  ops               }
 *  +120  return address
 *  +100  a2-a6
 *   +80  d3-d7             (new: d3 is the argument)
 *   +76  d2                (new: entry)
 *    +4  fp2-fp7           of 12 bytes
 *    +0  fpcr                    <- the handle: faden_context.sp
 *
 * Without a floating-point unit the frame begins with d2.
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#ifdef __HAVE_68881__
#define ARCH_FPU 1
#define FRAME_D2 76
#else
#define ARCH_FPU 0
#define FRAME_D2 0
#endif
#define FRAME_FP2 4
#define FRAME_RETURN (FRAME_D2 + 44)
#define FRAME_OPS (FRAME_D2 + 48)
#define FRAME_A (FRAME_D2 + 52)
#define FRAME_B (FRAME_D2 + 56)

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
#if ARCH_FPU
    uint32_t fpcr;
    uint32_t fp2_fp7[6][3];
#endif
    void (*entry)(void *);
    void *arg;
    void *d4_a6[9];
    void (*resume)(void);
};

struct call_frame { /* of faden__switch */
    struct frame frame;
    void *ops, *a, *b, *room;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct call_frame, field) == (offset), "frame.h: " #field)
FRAME_AT(frame.entry, FRAME_D2);
FRAME_AT(frame.resume, FRAME_RETURN);
FRAME_AT(ops, FRAME_OPS);
FRAME_AT(a, FRAME_A);
FRAME_AT(b, FRAME_B);
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word. What reports lies in another register. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t fpcr = 0;
#if ARCH_FPU
    __asm__ volatile("fmove.l %%fpcr, %0" : "=dm"(fpcr));
#endif
    return fpcr;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t fpcr = (uint32_t)fp;
#if ARCH_FPU
    __asm__ volatile("fmove.l %0, %%fpcr" ::"dm"(fpcr));
#endif
    (void)fpcr;
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
    *f = (struct frame){.resume = faden__context_first, .entry = entry, .arg = arg};
#if ARCH_FPU
    f->fpcr = (uint32_t)fp;
#endif
    return f;
}

/* The room of the call that may wait whose frame this is. */
static inline void *arch_room(void *own_sp)
{
    return ((struct call_frame *)own_sp)->room;
}

/* There is no way to say that this is a spin loop. */
static inline void arch_relax(void)
{
    __asm__ volatile("" ::: "memory");
}
#endif
#endif
