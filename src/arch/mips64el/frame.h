/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on mips64el (MIPSpro N32 ABI Handbook, chapter 2, which also
 * describes n64: s0-s7, gp, sp, fp, f24-f31 belong to the caller; MIPS Architecture for
 * Programmers, volume I-A: FCSR, whose control bits do too).
 *
 *        higher addresses
 *  +176  what the caller has
 *  +112  f24 ... f31
 *  +104  room, in a frame of faden__switch
 *   +96  FCSR
 *   +88  gp
 *   +80  fp
 *   +16  s0 ... s7  (new: s0 entry, s1 argument, s2 faden__context_entry)
 *    +8  unused
 *    +0  ra: the resume address  <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define FRAME_RA 0
#define FRAME_S0 16
#define FRAME_FP 80
#define FRAME_GP 88
#define FRAME_FCSR 96
#define FRAME_ROOM 104
#define FRAME_F24 112
#define FRAME_SIZE 176 /* a multiple of 16 */

#define FCSR_CONTROL 0x01000f83 /* flush to zero, exceptions enabled, rounding; not the flags */
#define FCSR_FLAGS 0x7c

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    void (*resume)(void);
    uint64_t unused;
    void (*entry)(void *);
    void *arg;
    void (*start)(void (*entry)(void *), void *arg);
    uint64_t s3[5];
    void *fp, *gp;
    uint32_t fcsr, unused2;
    void *room;
    uint64_t f24[8];
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(resume, FRAME_RA);
FRAME_AT(entry, FRAME_S0);
FRAME_AT(fp, FRAME_FP);
FRAME_AT(gp, FRAME_GP);
FRAME_AT(fcsr, FRAME_FCSR);
FRAME_AT(room, FRAME_ROOM);
FRAME_AT(f24, FRAME_F24);
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 384
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t fcsr;
    __asm__ volatile("cfc1 %0, $31" : "=r"(fcsr));
    return fcsr & FCSR_CONTROL;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    __asm__ volatile("ctc1 %0, $31" ::"r"((uint32_t)fp));
}

/*
 * Lay the frame of a context that never ran below `top` (ARCH_STACK_ALIGN-aligned) and give
 * its stack pointer: the first switch to it calls entry(arg) on an empty, aligned stack with
 * the floating-point control state `fp`.
 */
static inline void *arch_frame_prepare(void *top, void (*entry)(void *), void *arg, uint64_t fp)
{
    extern void faden__context_first(void);
    extern void faden__context_entry(void (*)(void *), void *);
    struct frame *f = (struct frame *)top - 1;
    *f = (struct frame){.resume = faden__context_first,
                        .entry = entry,
                        .arg = arg,
                        .start = faden__context_entry,
                        .fcsr = (uint32_t)fp};
    return f;
}

/* The room of the call that may wait whose frame this is. */
static inline void *arch_room(void *own_sp)
{
    return ((struct frame *)own_sp)->room;
}

/* Say to the processor that this is a spin loop. */
static inline void arch_relax(void)
{
    __asm__ volatile("" ::: "memory");
}
#endif
#endif
