/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    noat
        .set    IN, 16
        .set    OUT, IN + PROBE_BYTES
        .set    FRAME, 112              /* 16 for arguments, p, ra, 9 registers and 6 floating */

        .macro  each ints, floats, base, at
        .irp    n, 16,17,18,19,20,21,22,23
        \ints   $\n, \at + 4 * (\n - 16)(\base)
        .endr
        \ints   $30, \at + 32(\base)
        .irp    n, 20,22,24,26,28,30
        \floats $f\n, \at + 40 + 4 * (\n - 20)(\base)
        .endr
        .endm

        .text
        .globl  probe_call
        .ent    probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        addiu   $sp, $sp, -FRAME
        .cfi_adjust_cfa_offset FRAME
        each    sw, sdc1, $sp, 24
        sw      $31, 20($sp)
        .cfi_rel_offset 31, 20
        sw      $4, 16($sp)
        sw      $sp, IN + 36($4)

        .irp    n, 0,2,4,6,8,10,12,14,16,18
        ldc1    $f\n, IN + 40($4)
        .endr
        each    lw, ldc1, $4, IN
        lw      $6, 12($4)
        lw      $25, 0($4)
        lw      $5, 8($4)
        lw      $4, 4($4)
        .irp    n, 1,2,3,7,8,9,10,11,12,13,14,15,24,28
        move    $\n, $6
        .endr
        mtlo    $6
        mthi    $6
        jalr    $25

        lw      $4, 16($sp)
        sw      $sp, OUT + 36($4)
        each    sw, sdc1, $4, OUT
        each    lw, ldc1, $sp, 24
        lw      $31, 20($sp)
        addiu   $sp, $sp, FRAME
        .cfi_adjust_cfa_offset -FRAME
        .cfi_restore 31
        jr      $31
        .cfi_endproc
        .end    probe_call
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
