/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .abiversion 2
        .machine power8
        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES
        .set    FRAME, 528              /* 32, p, 18 integer, 18 floating, 12 vector registers */

        .macro  each ints, floats, base, at
        .irp    n, 14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        \ints   \n, \at + 8 * (\n - 14)(\base)
        .endr
        .irp    n, 14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        \floats \n, \at + 160 + 8 * (\n - 14)(\base)
        .endr
        .endm

        .macro  each_vector op, base, at
        .irp    n, 20,21,22,23,24,25,26,27,28,29,30,31
        li      0, \at + 16 * (\n - 20)
        \op     \n, \base, 0
        .endr
        .endm

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        mflr    0
        std     0, 16(1)
        mfcr    0
        stw     0, 8(1)
        stdu    1, -FRAME(1)
        .cfi_def_cfa_offset FRAME
        .cfi_offset lr, 16
        std     3, 32(1)
        std     2, 24(1)
        .irp    n, 14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        std     \n, 48 + 8 * (\n - 14)(1)
        stfd    \n, 192 + 8 * (\n - 14)(1)
        .endr
        each_vector stvx, 1, 336

        std     1, IN + 144(3)
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19
        vspltisw \n, -5
        .endr
        each_vector lvx, 3, IN + 304
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13
        lfd     \n, IN + 160(3)
        .endr
        each    ld, lfd, 3, IN
        ld      0, IN + 152(3)
        mtcr    0
        ld      12, 0(3)
        mtctr   12
        ld      2, IN + 496(3)
        ld      4, 16(3)
        ld      5, 24(3)
        ld      3, 8(3)
        mtlr    5
        mtxer   5
        .irp    n, 0,6,7,8,9,10,11
        mr      \n, 5
        .endr
        bctrl

        ld      3, 32(1)
        std     2, OUT + 496(3)
        ld      2, 24(1)
        std     1, OUT + 144(3)
        each    std, stfd, 3, OUT
        mfcr    0
        rlwinm  0, 0, 0, 8, 19
        std     0, OUT + 152(3)
        each_vector stvx, 3, OUT + 304
        .irp    n, 14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        ld      \n, 48 + 8 * (\n - 14)(1)
        lfd     \n, 192 + 8 * (\n - 14)(1)
        .endr
        each_vector lvx, 1, 336
        addi    1, 1, FRAME
        .cfi_def_cfa_offset 0
        lwz     0, 8(1)
        mtcrf   0x38, 0
        ld      0, 16(1)
        mtlr    0
        blr
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
