/* SPDX-License-Identifier: MIT */
/*
 * The switch on s390x (ELF Application Binary Interface s390x Supplement; a struct is returned in
 * memory whose address is the first, hidden argument; arguments in r2-r6). frame.h draws the frame
 * that every suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike: the unwind rules are the same before r15 changes and after it.
 */
#include "frame.h"

        .text

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        .endm

        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        /* For each callee-saved floating-point register: op REGISTER, PLACE. */
        .macro  each_fpr op, base
        .irp    n, 8,9,10,11,12,13,14,15
        \op     %f\n, FRAME_F8 + 8 * (\n - 8)\base
        .endr
        .endm

        /* DWARF numbers f8, f10, f12, f14, f9, f11, f13, f15 from 24 on; gas takes names in
           order. */
        .macro  cfi_fprs
        .irp    n, 0,1,2,3
        .cfi_rel_offset 24 + \n, FRAME_F8 + 16 * \n
        .cfi_rel_offset 28 + \n, FRAME_F8 + 16 * \n + 8
        .endr
        .endm

        /* Lay the frame; the caller's has the register save area. r7 keeps the control state that
           the processor has. */
        .macro  enter
        .cfi_remember_state
        stmg    %r6, %r15, SAVE_R6(%r15)
        .irp    n, 6,7,8,9,10,11,12,13,14,15
        .cfi_offset %r\n, 8 * \n - SAVE_SIZE
        .endr
        aghi    %r15, -FRAME_SIZE
        .cfi_adjust_cfa_offset FRAME_SIZE
        each_fpr std, (%r15)
        cfi_fprs
        stfpc   FRAME_FPC(%r15)
        l       %r7, FRAME_FPC(%r15)
        .endm

        /* Go on with the frame at r15; r2 is what its call gives. */
        .macro  leave
        x       %r7, FRAME_FPC(%r15)
        nilf    %r7, FPC_CONTROL
        je      1f
        lfpc    FRAME_FPC(%r15)
1:      each_fpr ld, (%r15)
        lmg     %r6, %r15, FRAME_R6(%r15)
        .cfi_restore_state
        br      %r14
        .endm

        function faden_context_switch
        enter
        stg     %r15, 0(%r2)
        lg      %r15, 0(%r3)
        leave
        end     faden_context_switch

/*
 * The switch under coroutines and tasks. ops->pick(a, b, sp, ops) runs on the outgoing stack and
 * names the incoming one (it may be the same). ops->finish, if there is one and pick gave a value,
 * runs on the incoming stack before any other C, and its result replaces the value.
 */
        function faden__switch
        enter
        stg     %r5, FRAME_ROOM(%r15)
        lgr     %r6, %r2                /* the fifth argument, and kept by who is called */
        la      %r2, FRAME_NEXT(%r15)
        lgr     %r5, %r15
        lg      %r1, 0(%r6)
        basr    %r14, %r1
        lg      %r2, FRAME_NEXT + 8(%r15)
        lg      %r15, FRAME_NEXT(%r15)
        ltgr    %r2, %r2
        je      2f
        ltg     %r1, 8(%r6)
        je      2f
        basr    %r14, %r1
2:      leave
        end     faden__switch

/* Where a context that never ran begins: the floor frame. An unwinder finds no caller here. It
   looks for the byte before a resume address: that one belongs to the function too. */
        function faden__context_start
        .cfi_undefined %r14
        nopr
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        lgr     %r2, %r6
        lgr     %r3, %r7
        basr    %r14, %r8
        j       . + 2                   /* traps */
        end     faden__context_start

        .section .note.GNU-stack, "", @progbits
