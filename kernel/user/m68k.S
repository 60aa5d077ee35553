/* SPDX-License-Identifier: MIT */
/* Where a program begins, and how it asks the kernel: trap #0, the number in d0, three arguments in
   d1 to d3, the answer in d0. All other registers stay.
       intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c); */
        .text
        .globl  _start
_start:
        sub.l   %a6, %a6
        move.l  %d1, -(%sp)
        move.l  %d0, -(%sp)
        jsr     user_start              /* (argc, argv) */
        illegal

        .globl  user_call
user_call:
        move.l  4(%sp), %d0
        move.l  8(%sp), %d1
        move.l  12(%sp), %a0
        move.l  16(%sp), %a1
        movem.l %d2-%d3, -(%sp)
        move.l  %a0, %d2
        move.l  %a1, %d3
        trap    #0
        movem.l (%sp)+, %d2-%d3
        move.l  %d0, %a0
        rts

/* void user_attack(enum attack which); test.h */
        .globl  user_attack
user_attack:
        move.l  4(%sp), %d0
        subq.l  #1, %d0
        jeq     1f
        subq.l  #1, %d0
        jeq     2f
        subq.l  #1, %d0
        jeq     3f
        .irp    n, 1, 2, 3, 4, 5, 6     /* services: layout.h of the kernel */
        subq.l  #1, %d0
        jne     4f
        move.l  4(%sp), %a0             /* where each finds what it takes */
        trap    #\n
        rts
4:
        .endr
        illegal
1:      move.w  #0x2700, %sr
        rts
2:      moveq   #0, %d0
        moveq   #1, %d1
        divu.l  %d0, %d1
        rts
3:      move.w  #0x1f, %ccr             /* no register finds the processor */
        rts

/* int user_flags(unsigned rounds); test.h. dbra leaves the flags alone. */
        .globl  user_flags
user_flags:
        move.l  4(%sp), %d1
        lsr.l   #8, %d1
1:      move.w  #255, %d0
        move.w  #0x1f, %ccr             /* extend, negative, zero, overflow, carry */
2:      dbra    %d0, 2b
        move.w  %ccr, %d0
        cmp.w   #0x1f, %d0
        jne     3f
        subq.l  #1, %d1
        jne     1b
        moveq   #1, %d0
        rts
3:      moveq   #0, %d0
        rts

/* unsigned user_registers(unsigned rounds, unsigned seed); test.h */
        .globl  user_registers
user_registers:
        movem.l %d2-%d7/%a2-%a6, -(%sp)
        move.l  48(%sp), %d0
        move.l  52(%sp), %d1
        moveq   #3, %d2
        and.l   %d1, %d2
        lsl.l   #4, %d2
        fmove.l %d2, %fpcr
        .set    n, 2
        .irp    r, d2, d3, d4, d5, d6, d7, a0, a1, a2, a3, a4, a5, a6
        move.l  %d1, %\r
        add.l   #n, %\r
        .set    n, n + 1
        .endr
1:      subq.l  #1, %d0
        jne     1b
        .set    n, 2
        .irp    r, d2, d3, d4, d5, d6, d7, a0, a1, a2, a3, a4, a5, a6
        sub.l   %d1, %\r
        sub.l   #n, %\r
        move.l  %\r, %d2
        or.l    %d2, %d0
        .set    n, n + 1
        .endr
        moveq   #3, %d2
        and.l   %d1, %d2
        lsl.l   #4, %d2
        fmove.l %fpcr, %d3
        moveq   #0, %d1
        fmove.l %d1, %fpcr
        eor.l   %d2, %d3
        or.l    %d3, %d0
        movem.l (%sp)+, %d2-%d7/%a2-%a6
        rts

        .section .note.GNU-stack, "", @progbits
