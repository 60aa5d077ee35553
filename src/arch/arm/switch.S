/* SPDX-License-Identifier: MIT */
/*
 * The switch on 32-bit Arm, in ARM or Thumb-2 code as the compiler's options have it (AAPCS32,
 * sections 6.1 and 6.5: arguments in r0-r3 and on the stack; a struct of more than 4 bytes comes
 * back in memory, its address a hidden first argument). frame.h draws the frame at a context's sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike, so the unwind rules are the same for our own and for the other's: the .cfi
 * ones for debuggers. Unwinders in the program read what .save and its like make (EHABI), which
 * tells the state of a whole function.
 */
#include "frame.h"

        .syntax unified
        .cfi_sections .debug_frame
        .text

        .macro  function name
        .globl  \name
        .type   \name, %function
        .p2align 2
\name:  .fnstart
        .cfi_startproc
        .endm

        .macro  end name
        .cfi_endproc
        .fnend
        .size   \name, . - \name
        .endm

        /* Lay the frame. What the processor has as control state stays in r6. */
        .macro  save
        push    {r3-r11, lr}
        .save   {r4-r11, lr}
        .pad    #4
        .cfi_adjust_cfa_offset 40
        .irp    n, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset r\n, \n * 4 - 12
        .endr
        .cfi_rel_offset lr, 36
#if ARCH_FPU
        vpush   {d8-d15}
        .vsave  {d8-d15}
        .cfi_adjust_cfa_offset 64
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_rel_offset d\n, \n * 8 - 64
        .endr
        vmrs    r6, fpscr
        sub     sp, sp, #FRAME_D8
        .pad    #FRAME_D8
        .cfi_adjust_cfa_offset FRAME_D8
        str     r6, [sp, #FRAME_FPSCR]
#endif
        .endm

        /* sp has come to a frame: load its control state where it differs from r6. */
        .macro  load_control
#if ARCH_FPU
        ldr     r1, [sp, #FRAME_FPSCR]
        ldr     r2, =FPSCR_CONTROL
        eor     r6, r6, r1
        tst     r6, r2
        beq     1f
        vmsr    fpscr, r1
1:
#endif
        .endm

        /* Go on where the frame at sp says. By way of ip: as a return it would be mispredicted. */
        .macro  resume
#if ARCH_FPU
        add     sp, sp, #FRAME_D8
        .cfi_adjust_cfa_offset -FRAME_D8
        vpop    {d8-d15}
        .cfi_adjust_cfa_offset -64
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_same_value d\n
        .endr
#endif
        pop     {r3-r11, lr}
        .cfi_adjust_cfa_offset -40
        .irp    n, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value r\n
        .endr
        .cfi_same_value lr
        mov     ip, lr
        bx      ip
        .endm

        function faden_context_switch
        save
        mov     r2, sp
        str     r2, [r0]
        ldr     r2, [r1]
        mov     sp, r2
        load_control
        resume
        .ltorg
        end     faden_context_switch

        /* The switch under coroutines and tasks; docs/porting-arch.md tells what it does. */
        function faden__switch
        save
        mov     r4, sp
        .cfi_def_cfa_register r4
        mov     r5, r0
        sub     sp, sp, #16
        str     r5, [sp]
        add     r0, sp, #8              /* where its result goes */
        mov     r3, r4
        ldr     ip, [r5]
        blx     ip
        ldr     r2, [sp, #8]
        ldr     r0, [sp, #12]
        mov     sp, r2
        .cfi_def_cfa_register sp
        load_control
        ldr     r1, [r5, #4]
        cmp     r0, #0
        it      ne
        cmpne   r1, #0
        beq     2f
        blx     r1
2:      resume
        .ltorg
        end     faden__switch

        /* The floor: a context that never ran begins here, and an unwinder ends. It looks for the
           byte before a resume address, so that one belongs to the function too. */
        function faden__context_start
        .cantunwind
        .cfi_undefined lr
        nop
        .globl  faden__context_first
        .hidden faden__context_first
        .type   faden__context_first, %function
faden__context_first:
        mov     r0, r4
        mov     r1, r5
        mov     r11, #0
        .hidden faden__context_entry
        bl      faden__context_entry
        udf     #0
        end     faden__context_start

        .section .note.GNU-stack, "", %progbits
