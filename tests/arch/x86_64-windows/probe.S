/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES
        .set    SAVED, 48               /* above the callee's area and p: xmm6-15 */

        .text
        .globl  probe_call
        .def    probe_call; .scl 2; .type 32; .endef
        .seh_proc probe_call
probe_call:
        .irp    r, rbx, rbp, rsi, rdi, r12, r13, r14, r15
        push    %\r
        .seh_pushreg %\r
        .endr
        sub     $(SAVED + 168), %rsp
        .seh_stackalloc SAVED + 168
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups  %xmm\n, SAVED+(\n-6)*16(%rsp)
        .endr
        .seh_endprologue
        mov     %rcx, 32(%rsp)
        mov     %rsp, IN + 64(%rcx)
        mov     %rcx, %rax

        .irp    n, 0, 1, 2, 3, 4, 5
        pcmpeqd %xmm\n, %xmm\n
        .endr
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups  IN+80+(\n-6)*16(%rax), %xmm\n
        .endr
        .rept   8
        fldpi
        .endr
        .rept   8
        fstp    %st(0)
        .endr

        mov     IN + 0(%rax), %rbx
        mov     IN + 8(%rax), %rbp
        mov     IN + 16(%rax), %rsi
        mov     IN + 24(%rax), %rdi
        mov     IN + 32(%rax), %r12
        mov     IN + 40(%rax), %r13
        mov     IN + 48(%rax), %r14
        mov     IN + 56(%rax), %r15
        mov     24(%rax), %r8
        mov     %r8, %r9
        mov     %r8, %r10
        mov     8(%rax), %rcx
        mov     16(%rax), %rdx
        mov     (%rax), %r11
        mov     %r8, %rax
        pushq   $0x8d5                  /* carry, parity, adjust, zero, sign, overflow */
        popfq
        call    *%r11

        mov     32(%rsp), %rax
        mov     %rsp, OUT + 64(%rax)
        pushfq
        pop     %rcx
        cld
        and     $0x400, %ecx
        mov     %rcx, OUT + 72(%rax)
        mov     %rbx, OUT + 0(%rax)
        mov     %rbp, OUT + 8(%rax)
        mov     %rsi, OUT + 16(%rax)
        mov     %rdi, OUT + 24(%rax)
        mov     %r12, OUT + 32(%rax)
        mov     %r13, OUT + 40(%rax)
        mov     %r14, OUT + 48(%rax)
        mov     %r15, OUT + 56(%rax)
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups  %xmm\n, OUT+80+(\n-6)*16(%rax)
        movups  SAVED+(\n-6)*16(%rsp), %xmm\n
        .endr
        add     $(SAVED + 168), %rsp
        .irp    r, r15, r14, r13, r12, rdi, rsi, rbp, rbx
        pop     %\r
        .endr
        ret
        .seh_endproc
