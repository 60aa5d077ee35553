/* SPDX-License-Identifier: MIT */
/* A Linux process without a C library: its thread-local variables, all zero, begin 0x7000 below
   what __m68k_read_tp gives. */
        .text
        .globl  _start
_start: jsr     bare_main

        .globl  __m68k_read_tp
__m68k_read_tp:
        lea     storage + 0x7000, %a0
        rts

        .globl  bare_write
bare_write:
        movem.l %d2-%d3, -(%sp)
        move.l  12(%sp), %d2
        move.l  16(%sp), %d3
        moveq   #1, %d1
        moveq   #4, %d0
        trap    #0
        movem.l (%sp)+, %d2-%d3
        rts

        .globl  bare_exit
bare_exit:
        move.l  4(%sp), %d1
        moveq   #1, %d0
        trap    #0

        .local  storage
        .comm   storage, 4096, 64
        .section .note.GNU-stack, "", @progbits
