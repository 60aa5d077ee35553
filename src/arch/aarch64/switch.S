/* SPDX-License-Identifier: MIT */
/*
 * The switch on aarch64 (AAPCS64, sections 6.1 and 6.8: arguments in x0-x7, a struct of two
 * pointers is returned in x0 and x1). frame.h draws the frame that every suspended context has at
 * its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   (jumped to)  faden__switch_tail   x0 = from, x1 = to
 *   (jumped to)  faden__switch        x0 = a, x1 = b, x3 = ops
 *   (resumed)    faden__context_first, in faden__context_start
 *
 * All but one path jump to a resume address, where a landing pad (bti j) lies. Behind a call there
 * is none, so faden_context_switch must come back with `ret`.
 *
 * Unwinding is right at each instruction. Where sp points at a suspended frame the rules are
 *   CFA = sp, return address at [sp], x29 at [sp + 8], x19 at [sp + 16],
 * before the stack pointer changes (our own frame) and after it (the other's).
 */
#include "frame.h"

        .text

        .macro  cfi_at_frame
        .cfi_def_cfa sp, 0
        .cfi_offset x30, FRAME_RESUME
        .cfi_offset x29, FRAME_X29
        .cfi_offset x19, FRAME_X19
        .endm

        .macro  function name
        .globl  \name
        .type   \name, %function
        .p2align 4
\name:
        .cfi_startproc
        hint    #34                     /* bti c */
        .endm

        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        /* op is stp or ldp */
        .macro  others op
        \op     x20, x21, [sp, #FRAME_X20]
        \op     x22, x23, [sp, #FRAME_X20 + 16]
        \op     x24, x25, [sp, #FRAME_X20 + 32]
        \op     x26, x27, [sp, #FRAME_X20 + 48]
        \op     x28, x30, [sp, #FRAME_X20 + 64]
#if ARCH_FPU
        \op     d8, d9, [sp, #FRAME_D8]
        \op     d10, d11, [sp, #FRAME_D8 + 16]
        \op     d12, d13, [sp, #FRAME_D8 + 32]
        \op     d14, d15, [sp, #FRAME_D8 + 48]
#endif
        .endm

        /* Go on where the frame at sp says, whatever its form. */
        .macro  resume
        ldp     x16, x29, [sp, #FRAME_RESUME]
        ldr     x19, [sp, #FRAME_X19]
        br      x16
        .endm

/*
 * Out of line: the whole ABI.
 */
        function faden_context_switch
        sub     sp, sp, #FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        adr     x9, .Lresume
        stp     x9, x29, [sp, #FRAME_RESUME]
        str     x19, [sp, #FRAME_X19]
        others  stp
        .cfi_rel_offset x29, FRAME_X29
        .cfi_rel_offset x19, FRAME_X19
        .irp    n, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_rel_offset x\n, \n * 8 - 160 + FRAME_X20
        .endr
        .cfi_rel_offset x30, FRAME_X30
#if ARCH_FPU
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_rel_offset d\n, \n * 8 - 64 + FRAME_D8
        .endr
        mrs     x10, fpcr
        str     x10, [sp, #FRAME_FPCR]
#endif
        mov     x2, sp
        str     x2, [x0]
        ldr     x2, [x1]
        .cfi_remember_state
        mov     sp, x2
        /* The incoming frame may be of any form, so for three instructions its unwind rules
           are those of its resume address. */
        cfi_at_frame
        ldr     x3, [sp, #FRAME_RESUME]
        cmp     x3, x9
        b.ne    .Lother_form
        .cfi_restore_state
#if ARCH_FPU
        ldr     x4, [sp, #FRAME_FPCR]
        cmp     x4, x10
        b.ne    .Lload_control
#endif
.Lrestore:
        ldr     x29, [sp, #FRAME_X29]
        ldr     x19, [sp, #FRAME_X19]
        others  ldp
        .cfi_remember_state
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        .cfi_same_value x\n
        .endr
#if ARCH_FPU
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_same_value d\n
        .endr
#endif
        add     sp, sp, #FRAME_SIZE
        .cfi_def_cfa_offset 0
        ret
        .cfi_restore_state

        /* Here a context of this form goes on when the inline form resumes it: what the
           processor has as control state is unknown. */
        nop
.Lresume:
        hint    #36                     /* bti j */
#if ARCH_FPU
        ldr     x4, [sp, #FRAME_FPCR]
.Lload_control:
        msr     fpcr, x4
#endif
        b       .Lrestore
.Lother_form:
        cfi_at_frame
        resume
        end     faden_context_switch

/*
 * The end of faden_context_switch_inline: sp points at the frame that the inline part laid.
 */
        function faden__switch_tail
        cfi_at_frame
        mov     x2, sp
        str     x2, [x0]
        ldr     x2, [x1]
        mov     sp, x2
        resume
        end     faden__switch_tail

/*
 * The switch under coroutines and tasks; docs/porting-arch.md tells what it does.
 */
        function faden__switch
        cfi_at_frame
#if ARCH_FPU
        mrs     x20, fpcr
        str     x20, [sp, #FRAME_FPCR]
#endif
        mov     x21, x3
        mov     x2, sp
        ldr     x9, [x3]
        blr     x9
        mov     sp, x0
#if ARCH_FPU
        ldr     x9, [sp, #FRAME_FPCR]
        cmp     x9, x20
        b.eq    1f
        msr     fpcr, x9
1:
#endif
        mov     x0, x1
        ldr     x9, [x21, #8]
        cbz     x0, 2f
        cbz     x9, 2f
        blr     x9
2:      resume
        end     faden__switch

/*
 * Where a context that never ran begins: the floor frame. An unwinder finds no caller here. It
 * looks for the byte before a resume address: that one belongs to the function too.
 */
        function faden__context_start
        .cfi_undefined x30
        .cfi_undefined x29
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        hint    #36                     /* bti j */
#if ARCH_FPU
        ldr     x0, [sp, #FRAME_FPCR]
        msr     fpcr, x0
#endif
        ldr     x0, [sp, #FRAME_ENTRY]
        ldr     x1, [sp, #FRAME_ARG]
        add     sp, sp, #FRAME_NEW_SIZE
        mov     x29, #0
        mov     x30, #0
        .hidden faden__context_entry
        bl      faden__context_entry
        brk     #0
        end     faden__context_start

        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5                /* name size, descriptor size, NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   0xc0000000, 4           /* GNU_PROPERTY_AARCH64_FEATURE_1_AND */
        .long   1, 0                    /* BTI */
        .section .note.GNU-stack, "", %progbits
