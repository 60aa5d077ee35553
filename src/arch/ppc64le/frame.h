/* SPDX-License-Identifier: MIT */
/*
 * The frame of a suspended context on ppc64le (Power Architecture 64-Bit ELF V2 ABI, sections
 * 2.2.1 to 2.2.3: r1, r2, r14-r31, f14-f31, v20-v31, CR2-CR4, and the limited-access bits of FPSCR
 * and VSCR belong to the caller; VRSAVE is the system's).
 *
 *        higher addresses
 *  +576  what the caller has in its own frame
 *  +560  LR: the resume address     } the header of the caller's frame,
 *  +552  CR                         } where the ABI has the callee save
 *  +544  back chain                 } these two
 *  +400  f14 ... f31
 *  +256  r14 ... r31  (new: r14 entry, r15 argument, r16 faden__context_entry)
 *   +64  v20 ... v31
 *   +48  room, in a frame of faden__switch
 *   +40  r2, the TOC pointer
 *   +32  floating-point control state, as arch_fp_control gives it
 *    +0  header of this frame: back chain, CR and LR of those it calls, TOC
 *                                   <- the handle: faden_context.sp
 *
 * The same offsets serve switch.S and the C below; this file is read by both.
 */
#ifndef FADEN_ARCH_FRAME_H
#define FADEN_ARCH_FRAME_H

#define HEADER_CR 8 /* in the header of each frame */
#define HEADER_LR 16
#define HEADER_SIZE 32

#define FRAME_CONTROL 32
#define FRAME_TOC 40
#define FRAME_ROOM 48
#define FRAME_V20 64
#define FRAME_R14 256
#define FRAME_F14 400
#define FRAME_SIZE 544 /* a multiple of 16 */
#define FRAME_RESUME (FRAME_SIZE + HEADER_LR)
#define FRAME_NEW_SIZE (FRAME_SIZE + HEADER_SIZE)

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame_header {
    struct frame_header *back;
    uint64_t cr;
    void (*lr)(void);
    void *toc;
};

struct frame {
    struct frame_header own;
    uint64_t fp_control;
    void *toc, *room, *unused;
    uint64_t v20[24];
    void (*entry)(void *);
    void *arg;
    void (*start)(void (*entry)(void *), void *arg);
    uint64_t r17[15], f14[18];
    struct frame_header caller;
};

#define FRAME_AT(field, offset) \
    _Static_assert(__builtin_offsetof(struct frame, field) == (offset), "frame.h: " #field)
FRAME_AT(fp_control, FRAME_CONTROL);
FRAME_AT(toc, FRAME_TOC);
FRAME_AT(room, FRAME_ROOM);
FRAME_AT(v20, FRAME_V20);
FRAME_AT(entry, FRAME_R14);
FRAME_AT(f14, FRAME_F14);
FRAME_AT(caller.lr, FRAME_RESUME);
_Static_assert(sizeof(struct frame) == FRAME_NEW_SIZE, "frame.h: size");
#undef FRAME_AT

/* The least stack a context can start on: this frame and the entry's own. */
#define ARCH_STACK_MIN 768
#define ARCH_STACK_ALIGN 16

/*
 * The floating-point control state as one word: of FPSCR DRN (bits 32-34, decimal rounding) and
 * the low 8 bits (exceptions enabled, NI, RN); of VSCR, at its place, NJ (bit 16). The other bits
 * of both are sticky status, not ABI state.
 */
static inline uint64_t arch_fp_control(void)
{
    uint64_t fpscr, vscr;
    __asm__ volatile("mffs 0\n\t"
                     "mfvsrd %0, 0\n\t"
                     "mfvscr 0\n\t"
                     "vsldoi 0, 0, 0, 8\n\t"
                     "mfvsrd %1, 32"
                     : "=r"(fpscr), "=r"(vscr)::"fr0", "v0");
    return (fpscr & 0x7000000ff) | (vscr & 0x10000);
}

static inline void arch_fp_control_set(uint64_t fp)
{
    __asm__ volatile("mtvsrd 0, %0\n\t"
                     "mtfsf 3, 0\n\t"
                     "mtfsf 1, 0, 0, 1\n\t"
                     "mtvsrd 32, %1\n\t"
                     "vsldoi 0, 0, 0, 8\n\t"
                     "mtvscr 0" ::"r"(fp),
                     "r"(fp & 0x10000)
                     : "fr0", "v0");
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
    *f = (struct frame){.own.back = &f->caller,
                        .fp_control = fp,
                        .entry = entry,
                        .arg = arg,
                        .start = faden__context_entry,
                        .caller.lr = faden__context_first};
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
    __asm__ volatile("or 27, 27, 27" ::: "memory");
}
#endif
#endif
