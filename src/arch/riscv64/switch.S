/* SPDX-License-Identifier: MIT */
/*
 * The switch on riscv64 (RISC-V ABIs Specification, "RISC-V Calling Conventions": arguments in
 * a0-a7, a struct of two pointers is returned in a0 and a1). frame.h draws the frame that every
 * suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   (jumped to)  faden__switch_tail   a0 = from, a1 = to
 *   (jumped to)  faden__switch        a0 = a, a1 = b, a3 = ops; docs/porting-arch.md
 *   (resumed)    faden__context_first, in faden__context_start
 *
 * A jump by way of ra or t0 would be predicted as a return, wrongly each time: it goes by t1.
 *
 * Unwinding is right at each instruction. Where sp points at a suspended frame the rules are
 *   CFA = sp, return address at [sp], s0 at [sp + 8], s1 at [sp + 16],
 * before the stack pointer changes (our own frame) and after it (the other's).
 */
#include "frame.h"

        .text

        .macro  cfi_at_frame
        .cfi_def_cfa sp, 0
        .cfi_offset ra, FRAME_RESUME
        .cfi_offset s0, FRAME_S0
        .cfi_offset s1, FRAME_S1
        .endm

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

        /* integer is sd or ld, float fsd or fld: what the inline forms leave to the compiler */
        .macro  others integer, float
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        \integer s\n, FRAME_S2 - 16 + \n * 8(sp)
        .endr
        \integer ra, FRAME_RA(sp)
#if ARCH_FPU
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        \float  fs\n, FRAME_FS0 + \n * 8(sp)
        .endr
#endif
        .endm

        /* Go on where the frame at sp says, whatever its form. */
        .macro  resume
        ld      s0, FRAME_S0(sp)
        ld      s1, FRAME_S1(sp)
        ld      t1, FRAME_RESUME(sp)
        jr      t1
        .endm

/*
 * Out of line: the whole ABI.
 */
        function faden_context_switch
        addi    sp, sp, -FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        lla     t1, .Lresume
        sd      t1, FRAME_RESUME(sp)
        sd      s0, FRAME_S0(sp)
        sd      s1, FRAME_S1(sp)
        others  sd, fsd
        .cfi_rel_offset ra, FRAME_RA
        .cfi_rel_offset s0, FRAME_S0
        .cfi_rel_offset s1, FRAME_S1
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset s\n, FRAME_S2 - 16 + \n * 8
        .endr
#if ARCH_FPU
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset fs\n, FRAME_FS0 + \n * 8
        .endr
        frrm    t2
        sd      t2, FRAME_FRM(sp)
#endif
        sd      sp, (a0)
        .cfi_remember_state
        ld      sp, (a1)
        /* The incoming frame may be of any form, so for two instructions its unwind rules
           are those of its resume address. */
        cfi_at_frame
        ld      t3, FRAME_RESUME(sp)
        bne     t3, t1, .Lother_form
        .cfi_restore_state
#if ARCH_FPU
        ld      t4, FRAME_FRM(sp)
        bne     t4, t2, .Lload_control
#endif
.Lrestore:
        ld      s0, FRAME_S0(sp)
        ld      s1, FRAME_S1(sp)
        others  ld, fld
        .cfi_remember_state
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value s\n
#if ARCH_FPU
        .cfi_same_value fs\n
#endif
        .endr
        .cfi_same_value ra
        addi    sp, sp, FRAME_SIZE
        .cfi_def_cfa_offset 0
        mv      t1, ra
        jr      t1
        .cfi_restore_state

        /* Here a context of this form goes on when the inline form resumes it: what the
           processor has as control state is unknown. */
        nop
.Lresume:
#if ARCH_FPU
        ld      t4, FRAME_FRM(sp)
.Lload_control:
        fsrm    t4
#endif
        j       .Lrestore
.Lother_form:
        cfi_at_frame
        resume
        end     faden_context_switch

        /* sp points at the frame that the inline part laid. */
        function faden__switch_tail
        cfi_at_frame
        sd      sp, (a0)
        ld      sp, (a1)
        resume
        end     faden__switch_tail

        function faden__switch
        cfi_at_frame
#if ARCH_FPU
        frrm    s2
        sd      s2, FRAME_FRM(sp)
#endif
        mv      s3, a3
        mv      a2, sp
        ld      t1, (a3)
        jalr    t1
        mv      sp, a0
#if ARCH_FPU
        ld      t2, FRAME_FRM(sp)
        beq     t2, s2, 1f
        fsrm    t2
1:
#endif
        mv      a0, a1
        ld      t1, 8(s3)
        beqz    a0, 2f
        beqz    t1, 2f
        jalr    t1
2:      resume
        end     faden__switch

/*
 * Where a context that never ran begins: the floor frame. An unwinder finds no caller here. It
 * looks for the byte before a resume address: that one belongs to the function too.
 */
        function faden__context_start
        .cfi_undefined ra
        .cfi_undefined s0
        nop
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
#if ARCH_FPU
        ld      t2, FRAME_FRM(sp)
        fsrm    t2
#endif
        ld      a0, FRAME_ENTRY(sp)
        ld      a1, FRAME_ARG(sp)
        addi    sp, sp, FRAME_NEW_SIZE
        li      s0, 0
        li      ra, 0
        .hidden faden__context_entry
        call    faden__context_entry
        unimp
        end     faden__context_start

        .section .note.GNU-stack, "", @progbits
