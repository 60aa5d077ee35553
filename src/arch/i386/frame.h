/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on i386 (System V ABI, Intel386 supplement, 4th edition: ebx,
 * esi, edi, ebp belong to the caller, as do the control bits of the x87 and of mxcsr; stacks are
 * aligned to 16 bytes, as gcc and Linux have it).
 *
 *        higher addresses
 *   +40  room         } the arguments of faden__switch, where it is
 *   +36  b            } one of that
 *   +32  a            }
 *   +28  ops          }
 *   +24  return address
 *   +20  ebp
 *   +16  ebx
 *   +12  esi  (new: argument)
 *    +8  edi  (new: entry)
 *    +4  x87 control word
 *    +0  mxcsr                   <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define FRAME_MXCSR 0
#define FRAME_X87CW 4
#define FRAME_EDI 8
#define FRAME_ESI 12
#define FRAME_EBX 16
#define FRAME_EBP 20
#define FRAME_RETURN 24
#define FRAME_OPS 28
#define FRAME_A 32
#define FRAME_B 36

#define MXCSR_CONTROL 0xffc0 /* the other bits are sticky status flags, not ABI state */

/* Every processor that runs an operating system of today has SSE, whatever a program is compiled
   for. A freestanding program says by its options whether it switched it on; a kernel that did but
   is compiled for general registers only says so itself. */
#if defined ARCH_SSE
#elif __STDC_HOSTED__ || defined __SSE__
#define ARCH_SSE 1
#else
#define ARCH_SSE 0
#endif

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    uint32_t mxcsr;
    uint16_t x87cw, unused;
    void (*entry)(void *);
    void *arg;
    void *ebx, *ebp;
    void (*resume)(void);
    uint32_t above; /* where the first frame begins: 16-byte aligned */
    void *a, *b, *room;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(mxcsr, FRAME_MXCSR);
FRAME_AT(x87cw, FRAME_X87CW);
FRAME_AT(entry, FRAME_EDI);
FRAME_AT(arg, FRAME_ESI);
FRAME_AT(ebx, FRAME_EBX);
FRAME_AT(ebp, FRAME_EBP);
FRAME_AT(resume, FRAME_RETURN);
FRAME_AT(above, FRAME_OPS);
FRAME_AT(a, FRAME_A);
FRAME_AT(b, FRAME_B);
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word: mxcsr below, the x87 control word above. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t mxcsr = 0;
    uint16_t cw;
#if ARCH_SSE
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
#endif
    __asm__ volatile("fnstcw %0" : "=m"(cw));
    return (mxcsr & MXCSR_CONTROL) | (uint64_t)cw << 32;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t mxcsr = (uint32_t)fp;
    uint16_t cw = (uint16_t)(fp >> 32);
#if ARCH_SSE
    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
#endif
    (void)mxcsr;
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
    struct frame *f = (struct frame *)((char *)top - 32);
    f->mxcsr = (uint32_t)fp;
    f->x87cw = (uint16_t)(fp >> 32);
    f->entry = entry;
    f->arg = arg;
    f->ebx = f->ebp = 0;
    f->resume = faden__context_first;
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
    __asm__ volatile("pause" ::: "memory");
}
#endif
#endif
