/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    noat
        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES
        .set    FRAME, 176              /* 8 + 2 registers, 8 floating, ra, p */

        .macro  each ints, floats, base, at
        .irp    n, 16,17,18,19,20,21,22,23
        \ints   $\n, \at + 8 * (\n - 16)(\base)
        .endr
        \ints   $28, \at + 64(\base)
        \ints   $30, \at + 72(\base)
        .irp    n, 24,25,26,27,28,29,30,31
        \floats $f\n, \at + 88 + 8 * (\n - 24)(\base)
        .endr
        .endm

        .text
        .globl  probe_call
        .ent    probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        daddiu  $sp, $sp, -FRAME
        .cfi_adjust_cfa_offset FRAME
        each    sd, sdc1, $sp, 0
        sd      $31, 160($sp)
        .cfi_rel_offset 31, 160
        sd      $4, 168($sp)
        sd      $sp, IN + 80($4)

        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23
        ldc1    $f\n, IN + 88($4)
        .endr
        each    ld, ldc1, $4, IN
        ld      $6, 24($4)
        ld      $25, 0($4)
        ld      $5, 16($4)
        ld      $4, 8($4)
        .irp    n, 1,2,3,7,8,9,10,11,12,13,14,15,24
        move    $\n, $6
        .endr
        mtlo    $6
        mthi    $6
        jalr    $25

        ld      $4, 168($sp)
        sd      $sp, OUT + 80($4)
        each    sd, sdc1, $4, OUT
        each    ld, ldc1, $sp, 0
        ld      $31, 160($sp)
        daddiu  $sp, $sp, FRAME
        .cfi_adjust_cfa_offset -FRAME
        .cfi_restore 31
        jr      $31
        .cfi_endproc
        .end    probe_call
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
