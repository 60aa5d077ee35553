/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for x86-64: the inline halves of the switch. Not for direct use; context.h,
 * coro.h and task.h are built on it.
 *
 * Each stub tells the compiler that everything is clobbered, so that the compiler saves just
 * what is live, steps over the red zone, lays the upper part of the frame that
 * src/arch/x86_64/frame.h draws, and jumps into switch.S. rbp and rbx are saved by hand: the
 * compiler refuses rbp as a clobber where it is the frame pointer, and rbx may be a base
 * pointer. Taking the frame address makes the compiler describe the surrounding function
 * relative to rbp, so its unwind rules hold whatever the stub does to rsp.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __x86_64__ || defined __ILP32__
#error "this <faden/arch.h> is for x86-64 (LP64); install faden for your target"
#endif

#include <faden/base.h>

FADEN_BEGIN

struct faden_context;

/* What a switch does before it leaves the old stack and after it came to the new one. */
struct faden__next {
    void *sp;    /* the context to go on with */
    void *value; /* what its call gives */
};
struct faden__switch_ops {
    struct faden__next (*pick)(void *a, void *b, void *own_sp, struct faden__switch_ops *ops);
    void *(*finish)(void *value);
    /* for src/context/hooks.c, which puts itself in front of the two above */
    struct faden__next (*own_pick)(void *, void *, void *, struct faden__switch_ops *);
    void *(*own_finish)(void *value);
    uint32_t last; /* the outgoing side never runs again */
};

#ifdef __AVX512F__
#define FADEN__CLOBBER_AVX512                                                                  \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5",     \
        "k6", "k7"
#else
#define FADEN__CLOBBER_AVX512
#endif

#define FADEN__CLOBBERS                                                                       \
    "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",       \
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",     \
        "xmm13", "xmm14", "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", \
        "st(7)", "memory", "cc" FADEN__CLOBBER_AVX512

/* 128 bytes of red zone, then the frame: 24 bytes, or 32 with the control state. */
#define FADEN__STUB(frame, target)                \
    "lea     -128-" frame "(%%rsp), %%rsp\n\t"    \
    "lea     1f(%%rip), %%rcx\n\t"                \
    "mov     %%rbp, 8(%%rsp)\n\t"                 \
    "mov     %%rbx, 16(%%rsp)\n\t"                \
    "mov     %%rcx, (%%rsp)\n\t"                  \
    "jmp     *" target "@GOTPCREL(%%rip)\n"       \
    "1:\n\t"                                      \
    "endbr64\n\t"                                 \
    "mov     16(%%rsp), %%rbx\n\t"                \
    "lea     128+" frame "(%%rsp), %%rsp"

/* faden_context_switch_inline: see context.h. */
__attribute__((always_inline)) static inline void faden__arch_switch(struct faden_context *from,
                                                            const struct faden_context *to)
{
    void *frame = __builtin_frame_address(0);
    __asm__ volatile(FADEN__STUB("24", "faden__switch_tail")
                     : "+D"(from), "+S"(to), "+d"(frame)
                     :
                     : "rax", FADEN__CLOBBERS);
}

/* Run ops->pick(a, b, sp) and go on with the context it names; gives the value it is resumed
   with. */
__attribute__((always_inline)) static inline void *faden__arch_switch_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    void *value = ops;
    void *frame = __builtin_frame_address(0);
    __asm__ volatile(FADEN__STUB("32", "faden__switch")
                     : "+a"(value), "+D"(a), "+S"(b), "+d"(frame)
                     :
                     : FADEN__CLOBBERS);
    return value;
}

FADEN_END

#endif
