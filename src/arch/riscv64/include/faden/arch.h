/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for riscv64: the inline halves of the switch. Not for direct use; context.h,
 * coro.h and task.h are built on it.
 *
 * Each stub tells the compiler that everything is clobbered, so that the compiler saves just
 * what is live, lays the lower part of the frame that src/arch/riscv64/frame.h draws, and jumps
 * into switch.S. s0 and s1 are saved by hand: the compilers refuse s0 as a clobber where it is the
 * frame pointer, and s1 may be a base pointer. Taking the frame address makes the compiler
 * describe the surrounding function relative to s0, so its unwind rules hold whatever the stub
 * does to sp. There is no red zone.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __riscv || __riscv_xlen != 64 || defined __riscv_float_abi_single || defined __riscv_e
#error "this <faden/arch.h> is for riscv64 (lp64d, lp64); install faden for your target"
#endif

#include <faden/arch/ops.h>

FADEN_BEGIN

/* Everything the compiler may keep a value in; the names that the options of the file allow. */
#ifdef __riscv_flen
#define FADEN__CLOBBER_FP                                                                          \
    , "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "ft8", "ft9", "ft10", "ft11", "fa0", \
        "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7", "fs0", "fs1", "fs2", "fs3", "fs4", "fs5", \
        "fs6", "fs7", "fs8", "fs9", "fs10", "fs11"
#else
#define FADEN__CLOBBER_FP
#endif
#if defined __riscv_vector && !defined __clang__ /* which sets both anew behind each asm */
#define FADEN__CLOBBER_VTYPE , "vl", "vtype"
#else
#define FADEN__CLOBBER_VTYPE
#endif
#ifdef __riscv_vector
#define FADEN__CLOBBER_VECTOR                                                                      \
    , "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",      \
        "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", \
        "v27", "v28", "v29", "v30", "v31" FADEN__CLOBBER_VTYPE
#else
#define FADEN__CLOBBER_VECTOR
#endif
#define FADEN__CLOBBERS                                                                       \
    "a4", "a5", "a6", "a7", "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "s2", "s3", "s4", \
        "s5", "s6", "s7", "s8", "s9", "s10", "s11",                                           \
        "memory" FADEN__CLOBBER_FP FADEN__CLOBBER_VECTOR

#define FADEN__STUB(frame, target)   \
    "addi    sp, sp, -" frame "\n\t" \
    "lla     t1, 1f\n\t"             \
    "sd      t1, 0(sp)\n\t"          \
    "sd      s0, 8(sp)\n\t"          \
    "sd      s1, 16(sp)\n\t"         \
    "tail    " target "\n"           \
    "1:\n\t"

/* faden_context_switch_inline: see context.h. */
__attribute__((always_inline)) static inline void faden__arch_switch(struct faden_context *from,
                                                                     const struct faden_context *to)
{
    register void *a0 __asm__("a0") = from;
    register const void *a1 __asm__("a1") = to;
    register void *a2 __asm__("a2") = __builtin_frame_address(0);
    __asm__ volatile(FADEN__STUB("32", "faden__switch_tail") "addi    sp, sp, 32"
                     : "+r"(a0), "+r"(a1), "+r"(a2)
                     :
                     : "a3", FADEN__CLOBBERS);
}

/* Run ops->pick(a, b, sp) and go on with the context it names; gives the value it is resumed
   with. */
__attribute__((always_inline)) static inline void *faden__arch_switch_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    register void *a0 __asm__("a0") = a;
    register void *a1 __asm__("a1") = b;
    register void *a2 __asm__("a2") = __builtin_frame_address(0);
    register void *a3 __asm__("a3") = ops;
    __asm__ volatile(FADEN__STUB("32", "faden__switch") "addi    sp, sp, 32"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3)
                     :
                     : FADEN__CLOBBERS);
    return a0;
}

/*
 * The same for a call that may wait: its room (FADEN__ROOM bytes) lies between the frame and the
 * caller, so that waiting needs no frame of a called function.
 */
__attribute__((always_inline)) static inline int faden__arch_wait_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    register void *a0 __asm__("a0") = a;
    register void *a1 __asm__("a1") = b;
    register void *a2 __asm__("a2") = __builtin_frame_address(0);
    register void *a3 __asm__("a3") = ops;
    __asm__ volatile(FADEN__STUB("176", "faden__switch") "lw      a0, 32(sp)\n\t"
                                                         "bgez    a0, 2f\n\t"
                                                         "addi    a0, sp, 32\n\t"
                                                         "call    faden__wait_leave\n\t"
                                                         "lw      a0, 32(sp)\n"
                                                         "2:\n\t"
                                                         "addi    sp, sp, 176"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3)
                     :
                     : FADEN__CLOBBERS);
    return (int)(intptr_t)a0;
}

FADEN_END

#endif
