/* SPDX-License-Identifier: MIT */
/* tests/arch/conform/probe-call.h says what this does. */
#include "probe.h"

        .set    IN, 32
        .set    OUT, IN + PROBE_BYTES

        .macro  each op, base, at
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11
        \op     s\n, \at + 8 * \n(\base)
#ifdef __riscv_float_abi_double
        f\op    fs\n, \at + 112 + 8 * \n(\base)
#endif
        .endr
        .endm

        .text
        .globl  probe_call
        .type   probe_call, @function
probe_call:
        .cfi_startproc
        addi    sp, sp, -224
        .cfi_adjust_cfa_offset 224
        each    sd, sp, 0
        sd      ra, 96(sp)
        .cfi_rel_offset ra, 96
        sd      a0, 104(sp)
        sd      sp, IN + 96(a0)

        ld      a2, 24(a0)
#ifdef __riscv_float_abi_double
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11
        fmv.d.x ft\n, a2
        .endr
        .irp    n, 0,1,2,3,4,5,6,7
        fmv.d.x fa\n, a2
        .endr
#endif
        each    ld, a0, IN
        ld      t6, (a0)
        ld      a1, 16(a0)
        ld      a0, 8(a0)
        .irp    r, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, ra
        mv      \r, a2
        .endr
        jalr    t6

        ld      a0, 104(sp)
        sd      sp, OUT + 96(a0)
        each    sd, a0, OUT
        each    ld, sp, 0
        ld      ra, 96(sp)
        addi    sp, sp, 224
        .cfi_adjust_cfa_offset -224
        .cfi_restore ra
        ret
        .cfi_endproc
        .size   probe_call, . - probe_call

        .section .note.GNU-stack, "", @progbits
