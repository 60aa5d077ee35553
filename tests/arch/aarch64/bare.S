/* SPDX-License-Identifier: MIT */
/* A Linux process without a C library: its thread-local variables, all zero, begin at tpidr_el0. */
        .text
        .globl  _start
_start: adrp    x0, storage
        add     x0, x0, :lo12:storage
        msr     tpidr_el0, x0
        bl      bare_main
        .globl  bare_write
bare_write:
        mov     x2, x1
        mov     x1, x0
        mov     x0, #1
        mov     x8, #64
        svc     #0
        ret
        .globl  bare_exit
bare_exit:
        mov     x8, #93
        svc     #0
        .local  storage
        .comm   storage, 4096, 64
        .section .note.GNU-stack, "", %progbits
