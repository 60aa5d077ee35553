/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        endbr64
        .irp    r, rbx, rbp, r12, r13, r14, r15, rdi, rdi
        push    %\r
        .cfi_adjust_cfa_offset 8
        .endr
        mov     %rsp, IN + 48(%rdi)
        mov     %rdi, %rax

        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        pcmpeqd %xmm\n, %xmm\n
        .endr
        .irp    n, 0,1,2,3,4,5,6,7
        pcmpeqd %mm\n, %mm\n            /* the bits of the x87 registers */
        .endr
        emms                            /* which the ABI wants to be empty */
        .rept   8
        fldpi
        .endr
        .rept   8
        fstp    %st(0)
        .endr

        mov     IN + 0(%rax), %rbx
        mov     IN + 8(%rax), %rbp
        mov     IN + 16(%rax), %r12
        mov     IN + 24(%rax), %r13
        mov     IN + 32(%rax), %r14
        mov     IN + 40(%rax), %r15
        mov     8(%rax), %rdi
        mov     16(%rax), %rsi
        mov     24(%rax), %rcx
        .irp    r, rdx, r8, r9, r10
        mov     %rcx, %\r
        .endr
        mov     (%rax), %r11
        mov     %rcx, %rax
        pushq   $0x8d5                  /* carry, parity, adjust, zero, sign, overflow */
        popfq
        call    *%r11

        mov     (%rsp), %rax
        mov     %rsp, OUT + 48(%rax)
        pushfq
        pop     %rcx
        cld
        and     $0x400, %ecx
        mov     %rcx, OUT + 56(%rax)
        mov     %rbx, OUT + 0(%rax)
        mov     %rbp, OUT + 8(%rax)
        mov     %r12, OUT + 16(%rax)
        mov     %r13, OUT + 24(%rax)
        mov     %r14, OUT + 32(%rax)
        mov     %r15, OUT + 40(%rax)
        .irp    r, rdi, rdi, r15, r14, r13, r12, rbp, rbx
        pop     %\r
        .cfi_adjust_cfa_offset -8
        .endr
        ret
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
