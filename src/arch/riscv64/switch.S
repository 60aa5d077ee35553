/* SPDX-License-Identifier: MIT */
/*
 * The switch on riscv64 (RISC-V ABIs Specification, "RISC-V Calling Conventions": arguments in
 * a0-a7, a struct of two pointers comes back in a0 and a1). frame.h draws the frame at the sp of a
 * suspended context.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   (jumped to)  faden__switch_tail   a0 = from, a1 = to
 *   (jumped to)  faden__switch        a0 = a, a1 = b, a3 = ops; docs/porting-arch.md
 *   (resumed)    faden__context_first, in faden__context_start
 *
 * A jump by way of ra or t0 would be predicted as a return, wrongly each time: it goes by t1.
 * Unwinding is right at each instruction: where sp points at a suspended frame, our own or the
 * other's, by cfi_at_frame.
 */
#include "frame.h"

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 2
\name:  .cfi_startproc
        .endm
        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm
        .macro  cfi_at_frame
        .cfi_def_cfa sp, 0
        .cfi_offset ra, FRAME_RESUME
        .cfi_offset s0, FRAME_S0
        .cfi_offset s1, FRAME_S1
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

        /* The floating-point control state. Writing it may wait for what is under way. */
        .macro  save_control
#if ARCH_FPU
        frrm    t2
        sd      t2, FRAME_FRM(sp)
#endif
        .endm
        .macro  load_control
#if ARCH_FPU
        frrm    t2
        ld      t3, FRAME_FRM(sp)
        beq     t2, t3, 1f
        fsrm    t3
1:
#endif
        .endm

        /* Out of line: the whole ABI. */
        function faden_context_switch
        addi    sp, sp, -FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        lla     t1, .Lresume
        sd      t1, FRAME_RESUME(sp)
        sd      s0, FRAME_S0(sp)
        sd      s1, FRAME_S1(sp)
        others  sd, fsd
        save_control
        .cfi_rel_offset ra, FRAME_RA
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset s\n, FRAME_S2 - 16 + \n * 8
        .endr
#if ARCH_FPU
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset fs\n, FRAME_FS0 + \n * 8
        .endr
#endif
        j       .Ltail
        nop
.Lresume:
        load_control
        others  ld, fld
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value s\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value fs\n
        .endr
        .cfi_same_value ra
        addi    sp, sp, FRAME_SIZE
        .cfi_def_cfa_offset 0
        mv      t1, ra
        jr      t1
        end     faden_context_switch

        /* sp points at the frame that the inline part laid. */
        function faden__switch_tail
        cfi_at_frame
.Ltail: sd      sp, (a0)
        ld      sp, (a1)
.Lgo:   ld      s0, FRAME_S0(sp)
        ld      s1, FRAME_S1(sp)
        ld      t1, FRAME_RESUME(sp)
        jr      t1
        end     faden__switch_tail

        function faden__switch
        cfi_at_frame
        save_control
        mv      s3, a3
        mv      a2, sp
        ld      t1, (a3)
        jalr    t1
        mv      sp, a0
        load_control
        mv      a0, a1
        ld      t1, 8(s3)
        beqz    a0, .Lgo
        beqz    t1, .Lgo
        jalr    t1
        j       .Lgo
        end     faden__switch

        /* The floor: a context that never ran begins here, and an unwinder ends. It looks for the
           byte before a resume address, so that one belongs to the function too. */
        function faden__context_start
        .cfi_undefined ra
        .cfi_undefined s0
        nop
        .globl  faden__context_first
        .hidden faden__context_first, faden__context_entry
faden__context_first:
        load_control
        ld      a0, FRAME_ENTRY(sp)
        ld      a1, FRAME_ARG(sp)
        addi    sp, sp, FRAME_NEW_SIZE
        li      s0, 0
        li      ra, 0
        call    faden__context_entry
        unimp
        end     faden__context_start

        .section .note.GNU-stack, "", @progbits
