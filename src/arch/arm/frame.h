/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on 32-bit Arm (Procedure Call Standard for the Arm
 * Architecture, AAPCS32, sections 6.1.1 and 6.1.2: r4-r11 and d8-d15 belong to the caller, and of
 * fpscr what controls, not what reports; stacks are aligned to 8 bytes).
 *
 *        higher addresses
 *  +108  lr           resume address
 *   +80  r5-r11       (new: r5 is the argument)
 *   +76  r4           (new: entry)
 *   +72  room         of faden__switch
 *    +8  d8-d15
 *    +4  unused
 *    +0  fpscr                   <- the handle: faden_context.sp
 *
 * Without a floating-point unit the frame begins with the room.
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#ifdef __ARM_FP
#define ARCH_FPU 1
#define FRAME_ROOM 72
#else
#define ARCH_FPU 0
#define FRAME_ROOM 0
#endif
#define FRAME_FPSCR 0
#define FRAME_D8 8
#define FRAME_R4 (FRAME_ROOM + 4)
#define FRAME_LR (FRAME_ROOM + 36)
#define FRAME_SIZE (FRAME_ROOM + 40)

#define FPSCR_CONTROL 0x07f79f00 /* the other bits are flags, not ABI state */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
#if ARCH_FPU
    uint32_t fpscr, unused;
    uint64_t d8_d15[8];
#endif
    void *room;
    void (*entry)(void *);
    void *arg;
    void *r6_r11[6];
    void (*resume)(void);
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(room, FRAME_ROOM);
FRAME_AT(entry, FRAME_R4);
FRAME_AT(resume, FRAME_LR);
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t fpscr = 0;
#if ARCH_FPU
    __asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
#endif
    return fpscr & FPSCR_CONTROL;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t fpscr = (uint32_t)fp;
#if ARCH_FPU
    __asm__ volatile("vmsr fpscr, %0" ::"r"(fpscr));
#endif
    (void)fpscr;
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
    f->fpscr = (uint32_t)fp;
#endif
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
    __asm__ volatile("yield" ::: "memory");
}
#endif
#endif
