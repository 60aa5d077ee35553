/* SPDX-License-Identifier: MIT */
/* void spin_with_registers(const struct registers *in, struct registers *out, uint64_t spins,
 *                          int wide); see registers.h. */
/* Offsets in struct registers. */
#define MASK 2048
#define X87 2112
#define GENERAL 2240
#define FLAGS 2352
#define ZONE 2360
#define MXCSR 2488
#define CONTROL 2492

/* In the frame, above the red zone. */
#define OUT 0
#define WIDE 8

        .text
        .globl  spin_with_registers
        .type   spin_with_registers, @function
spin_with_registers:
        push    %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        sub     $56, %rsp
        fnstcw  16(%rsp)
        stmxcsr 20(%rsp)
        mov     %rsi, OUT(%rsp)
        mov     %rcx, WIDE(%rsp)
        mov     %rdx, 24(%rsp)
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        mov     (ZONE + 8 * \i)(%rdi), %rax
        mov     %rax, (-128 + 8 * \i)(%rsp)
        .endr
        fldcw   CONTROL(%rdi)
        ldmxcsr MXCSR(%rdi)
        .irp    i, 7,6,5,4,3,2,1,0
        fldt    (X87 + 16 * \i)(%rdi)
        .endr
        test    %ecx, %ecx
        je      1f
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vmovdqu64 (64 * \i)(%rdi), %zmm\i
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vmovdqu64 (64 * \i)(%rdi), %zmm\i
        .endr
        .irp    i, 0,1,2,3,4,5,6,7
        kmovq   (MASK + 8 * \i)(%rdi), %k\i
        .endr
        jmp     2f
1:      .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movdqu  (64 * \i)(%rdi), %xmm\i
        .endr
2:      mov     24(%rsp), %rcx
        /* The flags last; this takes eight bytes below the red zone's top, which are set again. */
        lea     -136(%rsp), %rsp
        push    FLAGS(%rdi)
        popfq
        lea     136(%rsp), %rsp
        mov     (GENERAL + 0)(%rdi), %rax
        mov     (GENERAL + 8)(%rdi), %rbx
        mov     (GENERAL + 16)(%rdi), %rdx
        mov     (GENERAL + 24)(%rdi), %rsi
        mov     (GENERAL + 40)(%rdi), %rbp
        mov     (GENERAL + 48)(%rdi), %r8
        mov     (GENERAL + 56)(%rdi), %r9
        mov     (GENERAL + 64)(%rdi), %r10
        mov     (GENERAL + 72)(%rdi), %r11
        mov     (GENERAL + 80)(%rdi), %r12
        mov     (GENERAL + 88)(%rdi), %r13
        mov     (GENERAL + 96)(%rdi), %r14
        mov     (GENERAL + 104)(%rdi), %r15
        mov     (GENERAL + 32)(%rdi), %rdi
3:      loop    3b                      /* changes rcx, and no flag */

        mov     OUT(%rsp), %rcx
        mov     %rdi, (GENERAL + 32)(%rcx)
        mov     %rcx, %rdi
        mov     %rax, (GENERAL + 0)(%rdi)
        mov     %rbx, (GENERAL + 8)(%rdi)
        mov     %rdx, (GENERAL + 16)(%rdi)
        mov     %rsi, (GENERAL + 24)(%rdi)
        mov     %rbp, (GENERAL + 40)(%rdi)
        mov     %r8, (GENERAL + 48)(%rdi)
        mov     %r9, (GENERAL + 56)(%rdi)
        mov     %r10, (GENERAL + 64)(%rdi)
        mov     %r11, (GENERAL + 72)(%rdi)
        mov     %r12, (GENERAL + 80)(%rdi)
        mov     %r13, (GENERAL + 88)(%rdi)
        mov     %r14, (GENERAL + 96)(%rdi)
        mov     %r15, (GENERAL + 104)(%rdi)
        lea     -136(%rsp), %rsp
        pushfq
        pop     FLAGS(%rdi)
        lea     136(%rsp), %rsp
        cld
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        mov     (-128 + 8 * \i)(%rsp), %rax
        mov     %rax, (ZONE + 8 * \i)(%rdi)
        .endr
        stmxcsr MXCSR(%rdi)
        fnstcw  CONTROL(%rdi)
        .irp    i, 0,1,2,3,4,5,6,7
        fstpt   (X87 + 16 * \i)(%rdi)
        .endr
        mov     WIDE(%rsp), %rcx
        test    %ecx, %ecx
        je      1f
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vmovdqu64 %zmm\i, (64 * \i)(%rdi)
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vmovdqu64 %zmm\i, (64 * \i)(%rdi)
        .endr
        .irp    i, 0,1,2,3,4,5,6,7
        kmovq   %k\i, (MASK + 8 * \i)(%rdi)
        .endr
        vzeroupper
        jmp     2f
1:      .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movdqu  %xmm\i, (64 * \i)(%rdi)
        .endr
2:      fldcw   16(%rsp)
        ldmxcsr 20(%rsp)
        add     $56, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret
        .size   spin_with_registers, . - spin_with_registers
        .section .note.GNU-stack, "", @progbits
