/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for aarch64: the inline halves of the switch. Not for direct use; context.h,
 * coro.h and task.h are built on it.
 *
 * Each stub tells the compiler that everything is clobbered, so that the compiler saves just
 * what is live, lays the lower part of the frame that src/arch/aarch64/frame.h draws, and jumps
 * into switch.S. x29 and x19 are saved by hand: the compilers refuse x29 as a clobber where it is
 * the frame pointer, and x19 may be a base pointer. Taking the frame address makes the compiler
 * describe the surrounding function relative to x29, so its unwind rules hold whatever the stub
 * does to sp. There is no red zone.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __aarch64__ || defined __ILP32__
#error "this <faden/arch.h> is for aarch64 (LP64); install faden for your target"
#endif

#include <faden/arch/ops.h>

FADEN_BEGIN

/* Everything the compiler may keep a value in; the names that the options of the file allow. */
#ifdef __ARM_FP
#define FADEN__CLOBBER_FP                                                                          \
    , "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",      \
        "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", \
        "v27", "v28", "v29", "v30", "v31"
#else
#define FADEN__CLOBBER_FP
#endif
#if defined __ARM_FEATURE_SVE && !defined __clang__ /* which does not know ffr */
#define FADEN__CLOBBER_FFR , "ffr"
#else
#define FADEN__CLOBBER_FFR
#endif
#ifdef __ARM_FEATURE_SVE
#define FADEN__CLOBBER_SVE                                                                    \
    , "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", \
        "p14", "p15" FADEN__CLOBBER_FFR
#else
#define FADEN__CLOBBER_SVE
#endif
#define FADEN__CLOBBERS                                                                         \
    "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", \
        "x18", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "memory",  \
        "cc" FADEN__CLOBBER_FP FADEN__CLOBBER_SVE

/* hint #36 is bti j, which not every assembler knows. */
#define FADEN__STUB(frame, target)   \
    "sub     sp, sp, #" frame "\n\t" \
    "adr     x9, 1f\n\t"             \
    "stp     x9, x29, [sp]\n\t"      \
    "str     x19, [sp, #16]\n\t"     \
    "b       " target "\n"           \
    "1:\n\t"                         \
    "hint    #36\n\t"

/* faden_context_switch_inline: see context.h. */
__attribute__((always_inline)) static inline void faden__arch_switch(struct faden_context *from,
                                                                     const struct faden_context *to)
{
    register void *x0 __asm__("x0") = from;
    register const void *x1 __asm__("x1") = to;
    register void *x2 __asm__("x2") = __builtin_frame_address(0);
    __asm__ volatile(FADEN__STUB("32", "faden__switch_tail") "add     sp, sp, #32"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "x3", FADEN__CLOBBERS);
}

/* Run ops->pick(a, b, sp) and go on with the context it names; gives the value it is resumed
   with. */
__attribute__((always_inline)) static inline void *faden__arch_switch_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    register void *x0 __asm__("x0") = a;
    register void *x1 __asm__("x1") = b;
    register void *x2 __asm__("x2") = __builtin_frame_address(0);
    register void *x3 __asm__("x3") = ops;
    __asm__ volatile(FADEN__STUB("32", "faden__switch") "add     sp, sp, #32"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                     :
                     : FADEN__CLOBBERS);
    return x0;
}

/*
 * The same for a call that may wait: its room (FADEN__ROOM bytes) lies between the frame and the
 * caller, so that waiting needs no frame of a called function.
 */
__attribute__((always_inline)) static inline int faden__arch_wait_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    register void *x0 __asm__("x0") = a;
    register void *x1 __asm__("x1") = b;
    register void *x2 __asm__("x2") = __builtin_frame_address(0);
    register void *x3 __asm__("x3") = ops;
    __asm__ volatile(FADEN__STUB("176", "faden__switch") "ldr     w0, [sp, #32]\n\t"
                                                         "tbz     w0, #31, 2f\n\t"
                                                         "add     x0, sp, #32\n\t"
                                                         "bl      faden__wait_leave\n\t"
                                                         "ldr     w0, [sp, #32]\n"
                                                         "2:\n\t"
                                                         "add     sp, sp, #176"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                     :
                     : FADEN__CLOBBERS);
    return (int)(uintptr_t)x0;
}

FADEN_END

#endif
