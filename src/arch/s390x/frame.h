/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on s390x (ELF Application Binary Interface s390x Supplement,
 * sections 1.2.1 to 1.2.3: r6-r13, r15, f8-f15 and the control bits of FPC belong to the caller,
 * as do f8-f15 alone of the vector registers that contain them).
 *
 *        higher addresses
 *  +376  r15                                        }  r6-r15, where the ABI
 *  +368  r14: the resume address                    }  has the callee save them:
 *  +304  r6 ... r13  (new: r6 entry, r7 argument,   }  in the register save area
 *        r8 faden__context_entry)                   }  of the caller's frame,
 *  +256  back chain                                 }  160 bytes at its sp
 *  +248  FPC
 *  +240  room, in a frame of faden__switch
 *  +224  what pick gives: sp, value
 *  +160  f8 ... f15
 *    +0  register save area of those it calls       <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define SAVE_SIZE 160 /* the register save area at each sp */
#define SAVE_R6 48
#define SAVE_R14 112

#define FRAME_F8 160
#define FRAME_NEXT 224
#define FRAME_ROOM 240
#define FRAME_FPC 248
#define FRAME_SIZE 256
#define FRAME_R6 (FRAME_SIZE + SAVE_R6)
#define FRAME_NEW_SIZE (FRAME_SIZE + SAVE_SIZE)

#define FPC_CONTROL 0xff0000ff /* the rest are sticky flags and the data exception code */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
    uint64_t own_save_area[20];
    uint64_t f8[8];
    void *next[2], *room;
    uint32_t fpc, unused;
    uint64_t back_chain, caller_save_area[5];
    void (*entry)(void *);
    void *arg;
    void (*start)(void (*entry)(void *), void *arg);
    uint64_t r9[5];
    void (*resume)(void);
    void *sp;
    uint64_t f0[4];
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(f8, FRAME_F8);
FRAME_AT(next, FRAME_NEXT);
FRAME_AT(room, FRAME_ROOM);
FRAME_AT(fpc, FRAME_FPC);
FRAME_AT(back_chain, FRAME_SIZE);
FRAME_AT(entry, FRAME_R6);
FRAME_AT(resume, FRAME_SIZE + SAVE_R14);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 768
#define ARCH_STACK_ALIGN 16

#define ARCH_FAULT_GRAIN 4096 /* of a faulting address the processor tells the page */

/* The floating-point control state as one word. */
static inline uint64_t arch_fp_control(void)
{
    uint32_t fpc;
    __asm__ volatile("stfpc %0" : "=Q"(fpc));
    return fpc & FPC_CONTROL;
}

static inline void arch_fp_control_set(uint64_t fp)
{
    uint32_t fpc = (uint32_t)fp;
    __asm__ volatile("lfpc %0" ::"Q"(fpc));
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
    *f = (struct frame){.fpc = (uint32_t)fp,
                        .entry = entry,
                        .arg = arg,
                        .start = faden__context_entry,
                        .resume = faden__context_first,
                        .sp = &f->back_chain};
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
