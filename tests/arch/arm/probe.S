/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .syntax unified
        .arm
        .fpu    vfpv3-d16
        .set    IN, 16
        .set    OUT, IN + PROBE_BYTES

        .cfi_sections .debug_frame
        .text
        .globl  probe_call
        .type   probe_call, %function
probe_call:
        .fnstart
        .cfi_startproc
        push    {r4-r11, lr}
        .save   {r4-r11, lr}
        .cfi_def_cfa_offset 36
        .irp    n, 4,5,6,7,8,9,10,11
        .cfi_offset r\n, -36 + 4 * (\n - 4)
        .endr
        .cfi_offset lr, -4
        vpush   {d8-d15}
        .vsave  {d8-d15}
        .cfi_def_cfa_offset 100
        .irp    n, 8,9,10,11,12,13,14,15
        .cfi_offset d\n, -100 + 8 * (\n - 8)
        .endr
        sub     sp, #12
        .pad    #12
        .cfi_def_cfa_offset 112
        str     r0, [sp]
        str     sp, [r0, #IN + 32]

        add     r1, r0, #IN + 40
        vldmia  r1, {d0-d7}
        vldmia  r1, {d8-d15}
        add     r12, r0, #IN
        ldmia   r12, {r4-r11}
        ldr     r12, [r0]
        ldr     r1, [r0, #8]
        ldr     r2, [r0, #12]
        mov     r3, r2
        mov     lr, r2
        ldr     r0, [r0, #4]
        msr     apsr_nzcvq, #0xf8000000
        blx     r12

        ldr     r0, [sp]
        str     sp, [r0, #OUT + 32]
        add     r1, r0, #OUT
        stmia   r1, {r4-r11}
        add     r1, r0, #OUT + 40
        vstmia  r1, {d8-d15}
        add     sp, #12
        vpop    {d8-d15}
        pop     {r4-r11, pc}
        .cfi_endproc
        .fnend
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", %progbits
