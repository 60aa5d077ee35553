/* SPDX-License-Identifier: MIT */
/*
 * The switch on x86-64. frame.h draws the frame that every suspended context has at its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   (jumped to)  faden__switch, ...   in calls.S
 *   (resumed)    faden__context_first, in faden__context_start
 *
 * No path returns with `ret` into a frame entered before the switch: the return-address
 * predictor would be wrong each time (docs/design/switch.md has the figures); it jumps.
 *
 * Unwinding is right at each instruction. Where sp points at a suspended frame the rules are
 *   CFA = sp, return address at [sp], rbp at [sp + 8], rbx at [sp + 16],
 * before the stack pointer changes (our own frame) and after it (the other's). CFA is what sp will
 * be at the resume address, which does not pop it.
 */
#include "frame.h"

        .text

/* The rules for "sp points at a suspended frame", as seen from that frame's resume address. */
        .macro  cfi_at_frame
        .cfi_def_cfa rsp, 0
        .cfi_offset rip, 0
        .cfi_offset rbp, FRAME_RBP
        .cfi_offset rbx, FRAME_RBX
        .cfi_restore r12
        .cfi_restore r13
        .cfi_restore r14
        .cfi_restore r15
        .endm

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 5
\name:
        .endm

/*
 * Out of line: the whole ABI. Its frame ends with the return address of the call.
 */
        function faden_context_switch
        .cfi_startproc
        endbr64
        sub     $FRAME_RETURN, %rsp
        .cfi_adjust_cfa_offset FRAME_RETURN
        mov     %rbp, FRAME_RBP(%rsp)
        mov     %rbx, FRAME_RBX(%rsp)
        stmxcsr FRAME_MXCSR(%rsp)
        fnstcw  FRAME_X87CW(%rsp)
        mov     %r12, FRAME_R12(%rsp)
        mov     %r13, FRAME_R13(%rsp)
        mov     %r14, FRAME_R14(%rsp)
        mov     %r15, FRAME_R15(%rsp)
        lea     .Lresume(%rip), %rax
        mov     %rax, FRAME_RESUME(%rsp)
        movzwl  FRAME_X87CW(%rsp), %r8d
        .cfi_rel_offset rbp, FRAME_RBP
        .cfi_rel_offset rbx, FRAME_RBX
        .cfi_rel_offset r12, FRAME_R12
        .cfi_rel_offset r13, FRAME_R13
        .cfi_rel_offset r14, FRAME_R14
        .cfi_rel_offset r15, FRAME_R15
        mov     %rsp, (%rdi)
        .cfi_remember_state
        mov     (%rsi), %rsp
        /* The incoming frame may be of any form, so for three instructions its unwind rules
           are those of its resume address. */
        cfi_at_frame
        cmp     %rax, FRAME_RESUME(%rsp)
        jne     .Lother_form
        .cfi_restore_state
        /* The same form, the common case: we know which x87 control word the processor has, and
           load the other's only where it differs. mxcsr is loaded always: that costs less than
           to read back what stmxcsr has just stored (docs/design/switch.md). */
        ldmxcsr FRAME_MXCSR(%rsp)
        cmp     FRAME_X87CW(%rsp), %r8w
        jne     .Lload_control
.Lrestore:
        mov     FRAME_RETURN(%rsp), %rcx
        mov     FRAME_RBP(%rsp), %rbp
        mov     FRAME_RBX(%rsp), %rbx
        mov     FRAME_R12(%rsp), %r12
        mov     FRAME_R13(%rsp), %r13
        mov     FRAME_R14(%rsp), %r14
        mov     FRAME_R15(%rsp), %r15
        .cfi_remember_state
        .cfi_same_value rbp
        .cfi_same_value rbx
        .cfi_same_value r12
        .cfi_same_value r13
        .cfi_same_value r14
        .cfi_same_value r15
        add     $(FRAME_RETURN + 8), %rsp
        .cfi_def_cfa rsp, 0
        .cfi_register rip, rcx
        jmp     *%rcx
        .cfi_restore_state

        /* Here a context of this form goes on when the inline form resumes it: what the
           processor has as control state is unknown. */
        nop
.Lresume:
        endbr64
.Lload_control:
        ldmxcsr FRAME_MXCSR(%rsp)
        fldcw   FRAME_X87CW(%rsp)
        jmp     .Lrestore
.Lother_form:
        cfi_at_frame
        mov     FRAME_RBP(%rsp), %rbp
        mov     FRAME_RBX(%rsp), %rbx
        jmp     *FRAME_RESUME(%rsp)
        .cfi_endproc
        .size   faden_context_switch, . - faden_context_switch

/*
 * Where a context that never ran begins: the floor frame. An unwinder finds no caller here. It
 * looks for the byte before a resume address: that one belongs to the function too.
 */
        function faden__context_start
        .cfi_startproc
        .cfi_undefined rip
        .cfi_undefined rbp
        nop
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        endbr64
        ldmxcsr FRAME_MXCSR(%rsp)
        fldcw   FRAME_X87CW(%rsp)
        mov     FRAME_ENTRY(%rsp), %rdi
        mov     FRAME_ARG(%rsp), %rsi
        add     $FRAME_NEW_SIZE, %rsp
        xor     %ebp, %ebp
        call    faden__context_entry@PLT
        ud2
        .cfi_endproc
        .size   faden__context_start, . - faden__context_start

#include "calls.S"

        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5                /* name size, descriptor size, NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   0xc0000002, 4           /* GNU_PROPERTY_X86_FEATURE_1_AND */
        .long   1, 0                    /* IBT; a shadow stack is not handled, so not claimed */
        .section .note.GNU-stack, "", @progbits
