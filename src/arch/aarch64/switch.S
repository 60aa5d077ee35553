/* SPDX-License-Identifier: MIT */
/*
 * The switch on aarch64 (AAPCS64, sections 6.1 and 6.8: arguments in x0-x7, a struct of two
 * pointers comes back in x0 and x1). frame.h draws the frame at the sp of a suspended context.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   (jumped to)  faden__switch_tail   x0 = from, x1 = to
 *   (jumped to)  faden__switch        x0 = a, x1 = b, x3 = ops; docs/porting-arch.md
 *   (resumed)    faden__context_first, in faden__context_start
 *
 * At a resume address lies a landing pad. Behind a call there is none: only `ret` comes there.
 * Unwinding is right at each instruction: where sp points at a suspended frame, our own or the
 * other's, by cfi_at_frame.
 */
#include "frame.h"
        .macro  function name, rules
        .globl  \name
        .type   \name, %function
        .p2align 4
\name: .cfi_startproc
        \rules                          /* they hold at the landing pad already */
        hint    #34                     /* bti c */
        .endm
        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm
        .macro  cfi_no_caller
        .cfi_undefined x30; .cfi_undefined x29
        .endm
        .macro  cfi_at_frame
        .cfi_def_cfa sp, 0
        .cfi_offset x30, FRAME_RESUME
        .cfi_offset x29, FRAME_X29
        .cfi_offset x19, FRAME_X19
        .endm

        /* op is stp or ldp: what the inline forms leave to the compiler */
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
        .macro  save_control
#if ARCH_FPU
        mrs     x10, fpcr
        str     x10, [sp, #FRAME_FPCR]
#endif
        .endm
        .macro  load_control
#if ARCH_FPU
        ldr     x9, [sp, #FRAME_FPCR]
        mrs     x10, fpcr
        cmp     x9, x10
        b.eq    1f
        msr     fpcr, x9
1:
#endif
        .endm

        /* Out of line: the whole ABI. */
        function faden_context_switch
        sub     sp, sp, #FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        adr     x9, .Lresume
        stp     x9, x29, [sp, #FRAME_RESUME]
        str     x19, [sp, #FRAME_X19]
        others  stp
        save_control
        .cfi_rel_offset x30, FRAME_X30
        .irp    n, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_rel_offset x\n, FRAME_X20 - 160 + \n * 8
        .endr
#if ARCH_FPU
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_rel_offset d\n, FRAME_D8 - 64 + \n * 8
        .endr
#endif
        b       .Ltail
        nop
.Lresume:
        hint    #36                     /* bti j */
        load_control
        others  ldp
        .irp    r, x20, x21, x22, x23, x24, x25, x26, x27, x28, d8, d9, d10, d11, d12, d13, d14, d15
        .cfi_same_value \r
        .endr
        .cfi_same_value x30
        add     sp, sp, #FRAME_SIZE
        .cfi_def_cfa_offset 0
        ret
        end     faden_context_switch

        /* sp points at the frame that the inline part laid. */
        function faden__switch_tail, cfi_at_frame
.Ltail: mov     x2, sp
        str     x2, [x0]
        ldr     x2, [x1]
        mov     sp, x2
.Lgo:   ldp     x16, x29, [sp, #FRAME_RESUME]
        ldr     x19, [sp, #FRAME_X19]
        br      x16
        end     faden__switch_tail

        function faden__switch, cfi_at_frame
        save_control
        mov     x21, x3
        mov     x2, sp
        ldr     x9, [x3]
        blr     x9
        mov     sp, x0
        load_control
        mov     x0, x1
        ldr     x9, [x21, #8]
        cbz     x0, .Lgo
        cbz     x9, .Lgo
        blr     x9
        b       .Lgo
        end     faden__switch

        /* The floor: a context that never ran begins here, and an unwinder ends. It looks for the
           byte before a resume address, so that one belongs to the function too. */
        function faden__context_start, cfi_no_caller
        .globl  faden__context_first
        .hidden faden__context_first, faden__context_entry
faden__context_first:
        hint    #36                     /* bti j */
        load_control
        ldp     x0, x1, [sp, #FRAME_ENTRY]
        add     sp, sp, #FRAME_NEW_SIZE
        mov     x29, #0
        mov     x30, #0
        bl      faden__context_entry
        brk     #0
        end     faden__context_start

        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5                /* NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   0xc0000000, 4, 1, 0     /* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI */
        .section .note.GNU-stack, "", %progbits
