/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on riscv64 (RISC-V ABIs Specification, chapter "RISC-V Calling
 * Conventions": s0-s11 and, with lp64d, fs0-fs11 belong to the caller; so does frm; stacks are
 * always aligned to 16 bytes).
 *
 *        higher addresses
 *  +224
 *  +120  fs0-fs11                } only below a call of
 *  +112  ra, return address      } faden_context_switch;
 *   +48  s4-s11                  } the inline forms leave
 *   +40  s3    (new: argument)   } these registers to the
 *   +32  s2    (new: entry)      } compiler
 *   +24  frm                     not below faden_context_switch_inline
 *   +16  s1
 *    +8  s0
 *    +0  resume address          <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#ifdef __riscv_float_abi_double
#define ARCH_FPU 1
#else
#define ARCH_FPU 0
#endif

#define FRAME_RESUME 0
#define FRAME_S0 8
#define FRAME_S1 16
#define FRAME_FRM 24
#define FRAME_S2 32
#define FRAME_S3 40
#define FRAME_RA 112
#define FRAME_FS0 120
#define FRAME_SIZE 224

#define FRAME_ROOM 32        /* in the frame of a call that may wait: where its room begins */
#define FRAME_ENTRY FRAME_S2 /* in the frame of a context that never ran */
#define FRAME_ARG FRAME_S3
#define FRAME_NEW_SIZE 48

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    void (*resume)(void);
    void *s0, *s1;
    uint64_t frm;
    void (*entry)(void *);
    void *arg;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(resume, FRAME_RESUME);
FRAME_AT(s0, FRAME_S0);
FRAME_AT(s1, FRAME_S1);
FRAME_AT(frm, FRAME_FRM);
FRAME_AT(entry, FRAME_ENTRY);
FRAME_AT(arg, FRAME_ARG);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 256
#define ARCH_STACK_ALIGN 16

/* The floating-point control state as one word: the rounding mode. */
static inline uint64_t arch_fp_control(void)
{
    uint64_t frm = 0;
#if ARCH_FPU
    __asm__ volatile("frrm %0" : "=r"(frm));
#endif
    return frm;
}

static inline void arch_fp_control_set(uint64_t fp)
{
#if ARCH_FPU
    __asm__ volatile("fsrm %0" ::"r"(fp));
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
    *f = (struct frame){.resume = faden__context_first, .frm = fp, .entry = entry, .arg = arg};
    return f;
}

/* The room of the call that may wait whose frame this is. */
static inline void *arch_room(void *own_sp)
{
    return (char *)own_sp + FRAME_ROOM;
}

/* Say to the processor that this is a spin loop: `pause`, a hint that others take for a fence. */
static inline void arch_relax(void)
{
    __asm__ volatile(".4byte 0x0100000f" ::: "memory");
}
#endif
#endif
