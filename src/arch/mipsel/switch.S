/* SPDX-License-Identifier: MIT */
/*
 * The switch on mipsel (System V ABI, MIPS RISC Processor Supplement, 3rd edition, "o32": arguments
 * in a0-a3, $4-$7, then from 16(sp) on, the first 16 bytes being the callee's; a struct is returned
 * in memory whose address is the first, hidden argument; a function is called with its address in
 * t9, $25). frame.h draws the frame that every suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike: the unwind rules are the same before sp changes and after it. No path
 * returns with `jr $31` across a switch: the processor's stack of return addresses would be wrong
 * each time; it jumps through $25.
 */
#include "frame.h"

        .text
        .set    noreorder               /* what is indented behind a jump is in its delay slot */

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        .endm

        .macro  done name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        /* For each callee-saved register: op REGISTER, PLACE. DWARF numbers $f0 as 32. */
        .macro  each op, op_fp, base, fp=$f
        .irp    n, 16,17,18,19,20,21,22,23
        \op     $\n, FRAME_S0 + 4 * (\n - 16)\base
        .endr
        \op     $30, FRAME_FP\base
        .irp    n, 20,22,24,26,28,30
        \op_fp  \fp\n, FRAME_F20 + 4 * (\n - 20)\base
        .endr
        .endm

        /* Lay the frame. s0 keeps the control state that the processor has. */
        .macro  enter
        .cfi_remember_state
        addiu   $sp, $sp, -FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        sw      $31, FRAME_RA($sp)
        each    sw, sdc1, ($sp)
        .cfi_rel_offset $31, FRAME_RA
        each    .cfi_rel_offset, .cfi_rel_offset, , 32 +
        cfc1    $16, $31
        li      $8, FCSR_CONTROL
        and     $16, $16, $8
        sw      $16, FRAME_FCSR($sp)
        .endm

        /* Go on with the frame at sp; v0 is what its call gives. */
        .macro  leave
        lw      $8, FRAME_FCSR($sp)
        beq     $8, $16, 1f
          lw    $31, FRAME_RA($sp)
        cfc1    $9, $31
        andi    $9, $9, FCSR_FLAGS
        or      $8, $8, $9
        ctc1    $8, $31
1:      move    $25, $31
        each    lw, ldc1, ($sp)
        addiu   $sp, $sp, FRAME_SIZE
        .cfi_restore_state
        jr      $25
          nop
        .endm

        function faden_context_switch
        enter
        sw      $sp, 0($4)
        lw      $sp, 0($5)
        leave
        done    faden_context_switch

/*
 * The switch under coroutines and tasks. ops->pick(a, b, sp, ops) runs on the outgoing stack and
 * names the incoming one (it may be the same). ops->finish, if there is one and pick gave a value,
 * runs on the incoming stack before any other C, and its result replaces the value.
 */
        function faden__switch
        enter
        sw      $7, FRAME_ROOM($sp)
        sw      $4, FRAME_OPS($sp)
        move    $17, $4
        addiu   $4, $sp, FRAME_NEXT
        move    $7, $sp
        lw      $25, 0($17)
        jalr    $25                     /* a and b are where they must be */
          nop
        lw      $2, FRAME_NEXT + 4($sp)
        lw      $sp, FRAME_NEXT($sp)
        lw      $25, 4($17)
        beqz    $2, 2f
          move  $4, $2
        beqz    $25, 2f
          nop
        jalr    $25
          nop
2:      leave
        done    faden__switch

/* Where a context that never ran begins: the floor frame. An unwinder finds no caller here. It
   looks for the byte before a resume address: that one belongs to the function too. */
        function faden__context_start
        .cfi_undefined $31
        nop
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        move    $4, $16
        move    $5, $17
        move    $25, $18
        jalr    $25
          nop
        break
        done    faden__context_start

        .section .note.GNU-stack, "", @progbits
