/* SPDX-License-Identifier: MIT */
/*
 * The switch on m68k (System V ABI, Motorola 68000 Processor Family Supplement, chapter 3:
 * arguments on the stack, pointers are returned in a0, a struct of 8 bytes in d0 and d1 as gcc for
 * Linux has it). frame.h draws the frame that every suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike: the unwind rules are the same before the stack pointer changes (our own
 * frame) and after it (the other's). These processors do not predict returns, and loading fpcr
 * costs no more than a comparison.
 */
#include "frame.h"

        .text

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 2
\name:
        .cfi_startproc
        .endm

        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        /* Lay the frame below the return address. */
        .macro  save
        movem.l %d2-%d7/%a2-%a6, -(%sp)
        .cfi_adjust_cfa_offset 44
        .irp    n, 2, 3, 4, 5, 6, 7
        .cfi_rel_offset %d\n, \n * 4 - 8
        .endr
        .irp    n, 2, 3, 4, 5, 6
        .cfi_rel_offset %a\n, \n * 4 + 16
        .endr
#if ARCH_FPU
        fmovem.x %fp2-%fp7, -(%sp)
        .cfi_adjust_cfa_offset 72
        .irp    n, 2, 3, 4, 5, 6, 7
        .cfi_rel_offset %fp\n, \n * 12 - 24
        .endr
        subq.l  #FRAME_FP2, %sp
        .cfi_adjust_cfa_offset FRAME_FP2
        fmove.l %fpcr, (%sp)
#endif
        .endm

        /* Go on where the frame at sp says. */
        .macro  resume
#if ARCH_FPU
        fmove.l (%sp), %fpcr
        addq.l  #FRAME_FP2, %sp
        .cfi_adjust_cfa_offset -FRAME_FP2
        fmovem.x (%sp)+, %fp2-%fp7
        .cfi_adjust_cfa_offset -72
        .irp    n, 2, 3, 4, 5, 6, 7
        .cfi_same_value %fp\n
        .endr
#endif
        movem.l (%sp)+, %d2-%d7/%a2-%a6
        .cfi_adjust_cfa_offset -44
        .irp    r, %d2, %d3, %d4, %d5, %d6, %d7, %a2, %a3, %a4, %a5, %a6
        .cfi_same_value \r
        .endr
        rts
        .endm

        function faden_context_switch
        move.l  4(%sp), %a0
        move.l  8(%sp), %a1
        save
        move.l  %sp, (%a0)
        move.l  (%a1), %sp
        resume
        end     faden_context_switch

/*
 * The switch under coroutines and tasks. ops->pick(a, b, sp, ops) runs on the outgoing stack and
 * names the incoming one (it may be the same). ops->finish, if there is one and pick gave a value,
 * runs on the incoming stack before any other C, and its result replaces the value. The value is
 * what the resumed call returns; in d0 too, for who knows it as an integer.
 */
        function faden__switch
        save
        move.l  %sp, %a3
        .cfi_def_cfa_register %a3
        move.l  FRAME_OPS(%a3), %a2
        move.l  %a2, -(%sp)
        move.l  %a3, -(%sp)
        move.l  FRAME_B(%a3), -(%sp)
        move.l  FRAME_A(%a3), -(%sp)
        move.l  (%a2), %a0
        jsr     (%a0)
        move.l  %d0, %sp
        .cfi_def_cfa_register %sp
#if ARCH_FPU
        fmove.l (%sp), %fpcr
#endif
        move.l  %d1, %a0
        tst.l   %d1
        jeq     1f
        move.l  4(%a2), %d0
        jeq     1f
        move.l  %sp, %a3
        .cfi_def_cfa_register %a3
        move.l  %d1, -(%sp)
        move.l  %d0, %a0
        jsr     (%a0)
        move.l  %a3, %sp
        .cfi_def_cfa_register %sp
1:      move.l  %a0, %d0
        resume
        end     faden__switch

        /* The floor: a context that never ran begins here, and an unwinder ends. It looks for the
           byte before a resume address, so that one belongs to the function too. */
        function faden__context_start
        .cfi_undefined %pc
        nop
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        move.l  %d3, -(%sp)
        move.l  %d2, -(%sp)
        sub.l   %a6, %a6
        .hidden faden__context_entry
        bsr.l   faden__context_entry
        illegal
        end     faden__context_start

        .section .note.GNU-stack, "", @progbits
