/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES

        .macro  each_pair op, base, at
        \op     x19, x20, [\base, #\at]
        \op     x21, x22, [\base, #\at + 16]
        \op     x23, x24, [\base, #\at + 32]
        \op     x25, x26, [\base, #\at + 48]
        \op     x27, x28, [\base, #\at + 64]
        .endm

        .macro  each_fp op, base, at
        \op     d8, d9, [\base, #\at]
        \op     d10, d11, [\base, #\at + 16]
        \op     d12, d13, [\base, #\at + 32]
        \op     d14, d15, [\base, #\at + 48]
        .endm

        .text
        .globl  probe_call
        .type   probe_call, %function
probe_call:
        .cfi_startproc
        hint    #34                     /* bti c */
        stp     x29, x30, [sp, #-176]!
        .cfi_adjust_cfa_offset 176
        .cfi_rel_offset x29, 0
        .cfi_rel_offset x30, 8
        each_pair stp, sp, 16
        each_fp stp, sp, 96
        str     x0, [sp, #160]
        mov     x9, sp
        str     x9, [x0, #IN + 88]

        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        movi    v\n\().16b, #0xa5
        .endr
        .irp    n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        movi    v\n\().16b, #0x5a
        .endr
        each_fp ldp, x0, IN + 96
        each_pair ldp, x0, IN
        ldr     x29, [x0, #IN + 80]
        ldr     x16, [x0]
        ldp     x1, x2, [x0, #16]
        ldr     x0, [x0, #8]
        .irp    n, 3,4,5,6,7,8,9,10,11,12,13,14,15,17
        mov     x\n, x2
        .endr
        mov     x30, #0xf0000000
        msr     nzcv, x30
        blr     x16

        ldr     x0, [sp, #160]
        mov     x9, sp
        str     x9, [x0, #OUT + 88]
        each_pair stp, x0, OUT
        str     x29, [x0, #OUT + 80]
        add     x1, x0, #OUT + 96
        each_fp stp, x1, 0
        each_pair ldp, sp, 16
        each_fp ldp, sp, 96
        ldp     x29, x30, [sp], #176
        .cfi_adjust_cfa_offset -176
        .cfi_restore x29
        .cfi_restore x30
        ret
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", %progbits
