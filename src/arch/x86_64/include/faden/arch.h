/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for x86-64: the inline halves of the switch. Not for direct use; context.h,
 * coro.h and task.h are built on it.
 *
 * Each stub tells the compiler that everything is clobbered, so that the compiler saves just
 * what is live, steps over the red zone, lays the upper part of the frame that
 * src/arch/x86_64/frame.h draws, and jumps: to the next context, or into switch.S. rbp and rbx are
 * saved by hand: the compiler refuses rbp as a clobber where it is the frame pointer, and rbx may
 * be a base pointer. Taking the frame address makes the compiler describe the surrounding function
 * relative to rbp, so its unwind rules hold whatever the stub does to rsp.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __x86_64__ || defined __ILP32__ || defined _WIN32
#error "this <faden/arch.h> is for x86-64 (LP64); install faden for your target"
#endif

#include <faden/arch/ops.h>

FADEN_BEGIN

/*
 * Everything the compiler may keep a value in. gcc refuses names that the target does not have,
 * and what it has is known here only from the options of the file. So, with gcc: a function that
 * has AVX-512 from __attribute__((target)) alone, in a file compiled without it, must not use the
 * inline forms, for there gcc spills even integers to zmm16-31. Compile the file with -mavx512f.
 * clang takes all the names always.
 */
#if defined __AVX512F__ || defined __clang__
#define FADEN__CLOBBER_AVX512                                                                     \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",   \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5", \
        "k6", "k7"
#else
#define FADEN__CLOBBER_AVX512
#endif
#if defined __SSE__ || defined __clang__
#define FADEN__CLOBBER_SSE                                                                     \
    , "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#else
#define FADEN__CLOBBER_SSE
#endif
#if defined __MMX__ || defined __clang__
#define FADEN__CLOBBER_MMX , "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7"
#else
#define FADEN__CLOBBER_MMX
#endif
#ifndef _SOFT_FLOAT
#define FADEN__CLOBBER_X87 , "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)"
#else
#define FADEN__CLOBBER_X87
#endif
#ifdef __APX_F__
#define FADEN__CLOBBER_APX                                                                       \
    , "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", \
        "r29", "r30", "r31"
#else
#define FADEN__CLOBBER_APX
#endif

#define FADEN__CLOBBERS                                                                     \
    "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory",                  \
        "cc" FADEN__CLOBBER_SSE FADEN__CLOBBER_AVX512 FADEN__CLOBBER_MMX FADEN__CLOBBER_X87 \
            FADEN__CLOBBER_APX

/*
 * From the moment that rsp is the incoming context's, the unwind rules are those of its frame
 * (switch.S: cfi_at_frame). What follows the jump is the surrounding function's again.
 */
#ifdef __GCC_HAVE_DWARF2_CFI_ASM
#define FADEN__CFI_INCOMING     \
    ".cfi_remember_state\n\t"   \
    ".cfi_def_cfa rsp, 0\n\t"   \
    ".cfi_offset rip, 0\n\t"    \
    ".cfi_offset rbp, 8\n\t"    \
    ".cfi_offset rbx, 16\n\t"   \
    ".cfi_restore r12\n\t"      \
    ".cfi_restore r13\n\t"      \
    ".cfi_restore r14\n\t"      \
    ".cfi_restore r15\n\t"
#define FADEN__CFI_OWN ".cfi_restore_state\n\t"
#else
#define FADEN__CFI_INCOMING
#define FADEN__CFI_OWN
#endif

/* 128 bytes of red zone, then the frame: 24 bytes, or 32 with the control state, or more with a
   room above it. */
#define FADEN__LAY(frame)                      \
    "lea     -128-" frame "(%%rsp), %%rsp\n\t" \
    "lea     1f(%%rip), %%rcx\n\t"             \
    "mov     %%rbp, 8(%%rsp)\n\t"              \
    "mov     %%rbx, 16(%%rsp)\n\t"             \
    "mov     %%rcx, (%%rsp)\n\t"

/*
 * faden_context_switch_inline: see context.h. Each place has its own jump, so that the processor
 * learns where that one goes: on Zen 5 one jump for all takes five times as long
 * (docs/design/switch.md).
 */
__attribute__((always_inline)) static inline void faden__arch_switch(struct faden_context *from,
                                                                     const struct faden_context *to)
{
    void *frame = __builtin_frame_address(0);
    __asm__ volatile(FADEN__LAY("24")
                     "mov     %%rsp, (%%rdi)\n\t"
                     "mov     (%%rsi), %%rax\n\t"
                     "mov     (%%rax), %%rcx\n\t"
                     "mov     %%rax, %%rsp\n\t"
                     FADEN__CFI_INCOMING
                     "mov     16(%%rax), %%rbx\n\t"
                     "mov     8(%%rax), %%rbp\n\t"
                     "jmp     *%%rcx\n\t"
                     FADEN__CFI_OWN
                     "nop\n" /* unwinders look at the byte before a resume address */
                     "1:\n\t"
                     "endbr64\n\t"
                     "lea     128+24(%%rsp), %%rsp"
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
    __asm__ volatile(FADEN__LAY("32")
                     "jmp     *faden__switch@GOTPCREL(%%rip)\n"
                     "1:\n\t"
                     "endbr64\n\t"
                     "lea     128+32(%%rsp), %%rsp"
                     : "+a"(value), "+D"(a), "+S"(b), "+d"(frame)
                     :
                     : FADEN__CLOBBERS);
    return value;
}

/*
 * The same for a call that may wait: its room (FADEN__ROOM bytes) lies between the frame and the
 * caller, so that waiting needs no frame of a called function, into which a return after the switch
 * would be mispredicted.
 */
__attribute__((always_inline)) static inline int faden__arch_wait_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    void *value = ops;
    void *frame = __builtin_frame_address(0);
    __asm__ volatile(FADEN__LAY("32-144")
                     "jmp     *faden__switch_wait@GOTPCREL(%%rip)\n"
                     "1:\n\t"
                     "endbr64\n\t"
                     "cmpl    $0, 32(%%rsp)\n\t"
                     "jns     3f\n\t"
                     "lea     2f(%%rip), %%rcx\n\t"
                     "mov     %%rcx, (%%rsp)\n\t"
                     "jmp     *faden__switch_leave@GOTPCREL(%%rip)\n"
                     "2:\n\t"
                     "endbr64\n"
                     "3:\n\t"
                     "mov     32(%%rsp), %%eax\n\t"
                     "lea     128+32+144(%%rsp), %%rsp"
                     : "+a"(value), "+D"(a), "+S"(b), "+d"(frame)
                     :
                     : FADEN__CLOBBERS);
    return (int)(uintptr_t)value;
}

FADEN_END

#endif
