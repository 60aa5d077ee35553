/* SPDX-License-Identifier: MIT */
/*
 * The switch on ppc64le (Power Architecture 64-Bit ELF V2 ABI; a struct of two doublewords is
 * returned in r3 and r4). frame.h draws the frame that every suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike: the unwind rules are the same before r1 changes and after it. Nothing
 * returns with `blr` across a switch: the link stack would be wrong. It jumps through CTR. A caller
 * in the same module relies on r2.
 */
#include "frame.h"

        .text
        .machine power8
        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 5
\name:
        .cfi_startproc
        .endm

        /* For each register from 14 on, and each vector register from 20 on: op NUMBER, PLACE. */
        .macro  each18 op, place, base, first=0
        .irp    n, 14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        \op     \first + \n, \place + 8 * (\n - 14)\base
        .endr
        .endm

        .macro  each_vector op
        .irp    n, 20,21,22,23,24,25,26,27,28,29,30,31
        li      0, FRAME_V20 + 16 * (\n - 20)
        \op     \n, 1, 0
        .endr
        .endm

        /* Lay the frame. r16 keeps the control state that the processor has, as one word. */
        .macro  enter
        .cfi_remember_state
        mflr    0
        mfcr    12
        std     0, HEADER_LR(1)
        stw     12, HEADER_CR(1)
        stdu    1, -FRAME_SIZE(1)
        .cfi_def_cfa_offset FRAME_SIZE
        .cfi_offset lr, HEADER_LR
        .cfi_offset cr2, HEADER_CR
        std     2, FRAME_TOC(1)
        each18  std, FRAME_R14, (1)
        each18  stfd, FRAME_F14, (1)
        each_vector stvx
        each18  .cfi_rel_offset, FRAME_R14
        each18  .cfi_rel_offset, FRAME_F14, , 32
        .irp    n, 20,21,22,23,24,25,26,27,28,29,30,31
        .cfi_rel_offset 77 + \n, FRAME_V20 + 16 * (\n - 20)
        .endr
        mffs    0
        mfvsrd  15, 0                   /* f0 */
        mfvscr  0
        vsldoi  0, 0, 0, 8
        mfvsrd  16, 32                  /* v0 */
        rlwinm  16, 16, 0, 15, 15       /* of VSCR: NJ */
        rlwimi  16, 15, 0, 24, 31       /* of FPSCR: the low 8 bits, */
        srdi    15, 15, 32
        rldimi  16, 15, 32, 29          /* DRN */
        std     16, FRAME_CONTROL(1)
        .endm

        /* Go on with the frame at r1; r3 is what its call gives. */
        .macro  leave
        ld      15, FRAME_CONTROL(1)
        cmpd    15, 16
        beq     1f
        mtvsrd  0, 15
        mtfsf   3, 0                    /* the low 8 bits */
        mtfsf   1, 0, 0, 1              /* DRN */
        rlwinm  15, 15, 0, 15, 15
        mtvsrd  32, 15
        vsldoi  0, 0, 0, 8
        mtvscr  0
1:      each_vector lvx
        each18  lfd, FRAME_F14, (1)
        each18  ld, FRAME_R14, (1)
        ld      2, FRAME_TOC(1)
        ld      0, FRAME_RESUME(1)
        lwz     12, FRAME_SIZE + HEADER_CR(1)
        mtctr   0
        mtlr    0
        mtcrf   0x38, 12                /* CR2-CR4 */
        addi    1, 1, FRAME_SIZE
        .cfi_restore_state
        bctr
        .endm

        function faden_context_switch
        enter
        std     1, 0(3)
        ld      1, 0(4)
        leave
        .cfi_endproc
        .size   faden_context_switch, . - faden_context_switch

/*
 * The switch under coroutines and tasks. ops->pick(a, b, sp, ops) runs on the outgoing stack and
 * names the incoming one (it may be the same). ops->finish, if there is one and pick gave a value,
 * runs on the incoming stack before any other C, and its result replaces the value.
 */
        function faden__switch
        enter
        std     6, FRAME_ROOM(1)
        mr      14, 3
        mr      3, 4
        mr      4, 5
        mr      5, 1
        mr      6, 14
        ld      12, 0(14)
        mtctr   12
        bctrl
        mr      1, 3
        ld      12, 8(14)
        mr.     3, 4
        beq     2f
        cmpdi   12, 0
        beq     2f
        mtctr   12
        bctrl
2:      leave
        .cfi_endproc
        .size   faden__switch, . - faden__switch

/* Where a context that never ran begins: the floor frame, where an unwinder finds no caller. */
        function faden__context_start
        .cfi_undefined lr
        nop                             /* an unwinder looks for the instruction before */
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        mr      3, 14
        mr      4, 15
        mr      12, 16
        mtctr   12
        bctrl
        trap
        .cfi_endproc
        .size   faden__context_start, . - faden__context_start

        .section .note.GNU-stack, "", @progbits
