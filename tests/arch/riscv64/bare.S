/* SPDX-License-Identifier: MIT */
/* A Linux process without a C library: its thread-local variables, all zero, begin at tp. */
        .text
        .globl  _start
_start: .option push
        .option norelax
        lla     gp, __global_pointer$
        .option pop
        andi    sp, sp, -16
        lla     tp, storage
        call    bare_main

        .globl  bare_write
bare_write:
        mv      a2, a1
        mv      a1, a0
        li      a0, 1
        li      a7, 64
        ecall
        ret

        .globl  bare_exit
bare_exit:
        li      a7, 93
        ecall

        .local  storage
        .comm   storage, 4096, 64
        .section .note.GNU-stack, "", @progbits
