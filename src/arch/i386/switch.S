/* SPDX-License-Identifier: MIT */
/*
 * The switch on i386 (System V ABI, Intel386 Architecture Processor Supplement, 4th edition:
 * arguments on the stack; a struct is returned in memory whose address is the first, hidden
 * argument, which the callee pops). frame.h draws the frame that every suspended context has at
 * its sp.
 *
 *   void  faden_context_switch(faden_context *from, const faden_context *to);
 *   void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);
 *   (resumed)  faden__context_first, in faden__context_start
 *
 * All frames are alike, so the unwind rules are the same for our own and for the other's. No path
 * returns with `ret` across a switch: that would be mispredicted each time; it jumps.
 */
#include "frame.h"

        .text

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:  .cfi_startproc
        .endm

        /* Lay the frame. What the processor has as control state stays in esi and edi. */
        .macro  save
        sub     $FRAME_RETURN, %esp
        .cfi_adjust_cfa_offset FRAME_RETURN
        mov     %ebp, FRAME_EBP(%esp)
        mov     %ebx, FRAME_EBX(%esp)
        mov     %esi, FRAME_ESI(%esp)
        mov     %edi, FRAME_EDI(%esp)
        .cfi_rel_offset ebp, FRAME_EBP
        .cfi_rel_offset ebx, FRAME_EBX
        .cfi_rel_offset esi, FRAME_ESI
        .cfi_rel_offset edi, FRAME_EDI
        fnstcw  FRAME_X87CW(%esp)
        movzwl  FRAME_X87CW(%esp), %edi
#if ARCH_SSE
        stmxcsr FRAME_MXCSR(%esp)
        mov     FRAME_MXCSR(%esp), %esi
#endif
        .endm

        /* sp has come to a frame: load its control state where it differs from esi and edi. */
        .macro  load_control
#if ARCH_SSE
        xor     FRAME_MXCSR(%esp), %esi
        test    $MXCSR_CONTROL, %esi
        je      1f
        ldmxcsr FRAME_MXCSR(%esp)
1:
#endif
        cmp     FRAME_X87CW(%esp), %di
        je      2f
        fldcw   FRAME_X87CW(%esp)
2:
        .endm

        /* Go on where the frame at sp says. */
        .macro  resume
        mov     FRAME_RETURN(%esp), %ecx
        mov     FRAME_EBP(%esp), %ebp
        mov     FRAME_EBX(%esp), %ebx
        mov     FRAME_ESI(%esp), %esi
        mov     FRAME_EDI(%esp), %edi
        .cfi_remember_state
        .cfi_same_value ebp
        .cfi_same_value ebx
        .cfi_same_value esi
        .cfi_same_value edi
        .cfi_register eip, ecx
        add     $(FRAME_RETURN + 4), %esp
        .cfi_def_cfa esp, 0
        jmp     *%ecx
        .cfi_restore_state
        .endm

        function faden_context_switch
        mov     4(%esp), %eax
        mov     8(%esp), %edx
        save
        mov     %esp, (%eax)
        mov     (%edx), %esp
        load_control
        resume
        .cfi_endproc
        .size   faden_context_switch, . - faden_context_switch

        /* The switch under coroutines and tasks; docs/porting-arch.md tells what it does. */
        function faden__switch
        save
        mov     %esp, %ebx
        .cfi_def_cfa_register ebx
        mov     FRAME_OPS(%ebx), %ebp
        and     $-16, %esp
        sub     $32, %esp
        lea     20(%esp), %eax
        mov     %eax, (%esp)            /* where its result goes */
        mov     FRAME_A(%ebx), %eax
        mov     %eax, 4(%esp)
        mov     FRAME_B(%ebx), %eax
        mov     %eax, 8(%esp)
        mov     %ebx, 12(%esp)
        mov     %ebp, 16(%esp)
        call    *(%ebp)
        mov     16(%esp), %ecx          /* it popped 4 bytes */
        mov     20(%esp), %eax
        mov     %ecx, %esp
        .cfi_def_cfa_register esp
        load_control
        mov     4(%ebp), %ecx
        test    %eax, %eax
        je      3f
        test    %ecx, %ecx
        je      3f
        mov     %esp, %ebx
        .cfi_def_cfa_register ebx
        and     $-16, %esp
        sub     $16, %esp
        mov     %eax, (%esp)
        call    *%ecx
        mov     %ebx, %esp
        .cfi_def_cfa_register esp
3:      resume
        .cfi_endproc
        .size   faden__switch, . - faden__switch

        /* The floor: a context that never ran begins here, and an unwinder ends. It looks for the
           byte before a resume address, so that one belongs to the function too. The stack is
           aligned but for the 4 bytes that were dropped as the return address. */
        function faden__context_start
        .cfi_undefined eip
        .cfi_undefined ebp
        nop
        .globl  faden__context_first
        .hidden faden__context_first
faden__context_first:
        sub     $12, %esp
        mov     %edi, (%esp)
        mov     %esi, 4(%esp)
        xor     %ebp, %ebp
        .hidden faden__context_entry
        call    faden__context_entry
        ud2
        .cfi_endproc
        .size   faden__context_start, . - faden__context_start

        .section .note.GNU-stack, "", @progbits
