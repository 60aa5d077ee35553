/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES
        .set    FRAME, 240              /* 160, 8 floating registers, p */

        .macro  each_fp op, base, at
        .irp    n, 8,9,10,11,12,13,14,15
        \op     %f\n, \at + 8 * (\n - 8)(\base)
        .endr
        .endm

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        stmg    %r6, %r15, 48(%r15)
        .cfi_offset %r14, -48
        .cfi_offset %r15, -40
        aghi    %r15, -FRAME
        .cfi_adjust_cfa_offset FRAME
        each_fp std, %r15, 160
        stg     %r2, 224(%r15)
        stg     %r15, IN + 64(%r2)

        .irp    n, 0,1,2,3,4,5,6,7
        ld      %f\n, IN + 72(%r2)
        .endr
        each_fp ld, %r2, IN + 72
        lmg     %r6, %r13, IN(%r2)
        lg      %r1, 0(%r2)
        lg      %r3, 16(%r2)
        lg      %r4, 24(%r2)
        lg      %r2, 8(%r2)
        lgr     %r5, %r4
        lgr     %r0, %r4
        basr    %r14, %r1

        lg      %r2, 224(%r15)
        stg     %r15, OUT + 64(%r2)
        stmg    %r6, %r13, OUT(%r2)
        each_fp std, %r2, OUT + 72
        each_fp ld, %r15, 160
        lmg     %r6, %r15, FRAME + 48(%r15)
        .cfi_restore %r15
        .cfi_def_cfa_offset 160
        br      %r14
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
