/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 16
        .set    OUT, IN + PROBE_BYTES

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        mov     4(%esp), %eax
        .irp    r, ebp, ebx, esi, edi
        push    %\r
        .cfi_adjust_cfa_offset 4
        .endr
        sub     $12, %esp               /* a, b, p */
        .cfi_adjust_cfa_offset 12
        mov     4(%eax), %ecx
        mov     %ecx, (%esp)
        mov     8(%eax), %ecx
        mov     %ecx, 4(%esp)
        mov     %eax, 8(%esp)
        mov     %esp, IN + 16(%eax)

        .irp    n, 0,1,2,3,4,5,6,7
        pcmpeqd %xmm\n, %xmm\n
        .endr
        .rept   8
        fldpi
        .endr
        .rept   8
        fstp    %st(0)
        .endr

        mov     IN + 0(%eax), %ebx
        mov     IN + 4(%eax), %esi
        mov     IN + 8(%eax), %edi
        mov     IN + 12(%eax), %ebp
        mov     12(%eax), %ecx
        mov     %ecx, %edx
        pushl   $0x8d5                  /* carry, parity, adjust, zero, sign, overflow */
        popfl
        call    *(%eax)

        mov     8(%esp), %eax
        mov     %esp, OUT + 16(%eax)
        pushfl
        pop     %ecx
        cld
        and     $0x400, %ecx
        mov     %ecx, OUT + 20(%eax)
        mov     %ebx, OUT + 0(%eax)
        mov     %esi, OUT + 4(%eax)
        mov     %edi, OUT + 8(%eax)
        mov     %ebp, OUT + 12(%eax)
        add     $12, %esp
        .cfi_adjust_cfa_offset -12
        .irp    r, edi, esi, ebx, ebp
        pop     %\r
        .cfi_adjust_cfa_offset -4
        .endr
        ret
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
