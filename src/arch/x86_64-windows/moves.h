/* SPDX-License-Identifier: MIT */
/*
 * How the frame of a suspended context (frame.h) is laid and taken up again: macros for switch.S.
 * What they save, they say to the system, too (.seh_ lines).
 */
#include "frame.h"

        .macro  integers op
        \op     rbx, FRAME_RBX
        \op     rbp, FRAME_RBP
        \op     rsi, FRAME_RSI
        \op     rdi, FRAME_RDI
        \op     r12, FRAME_R12
        \op     r13, FRAME_R13
        \op     r14, FRAME_R14
        \op     r15, FRAME_R15
        .endm
        .macro  vectors op
        .irp    n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        \op     xmm\n, FRAME_XMM6+(\n-6)*16
        .endr
        .endm
        .macro  save_integer reg, at
        mov     %\reg, \at(%rsp)
        .seh_savereg %\reg, \at
        .endm
        .macro  save_vector reg, at
        movaps  %\reg, \at(%rsp)
        .seh_savexmm %\reg, \at
        .endm
        .macro  load_integer reg, at
        mov     \at(%rsp), %\reg
        .endm
        .macro  load_vector reg, at
        movaps  \at(%rsp), %\reg
        .endm

        /* Lay the frame; r10 and r11 are free. */
        .macro  save
        sub     $FRAME_RETURN, %rsp
        .seh_stackalloc FRAME_RETURN
        integers save_integer
        vectors save_vector
        .endm
        .macro  save_rest
        stmxcsr FRAME_MXCSR(%rsp)
        fnstcw  FRAME_X87CW(%rsp)
        mov     %gs:TEB_BASE, %r10
        mov     %r10, FRAME_BASE(%rsp)
        mov     %gs:TEB_LIMIT, %r10
        mov     %r10, FRAME_LIMIT(%rsp)
        mov     %gs:TEB_LOWEST, %r10
        mov     %r10, FRAME_LOWEST(%rsp)
        mov     FRAME_MXCSR(%rsp), %r10d
        movzwl  FRAME_X87CW(%rsp), %r11d
        .endm

        /* sp has come to a frame: tell the system its bounds. */
        .macro  load_bounds
        mov     FRAME_BASE(%rsp), %rax
        mov     %rax, %gs:TEB_BASE
        mov     FRAME_LIMIT(%rsp), %rax
        mov     %rax, %gs:TEB_LIMIT
        mov     FRAME_LOWEST(%rsp), %rax
        mov     %rax, %gs:TEB_LOWEST
        .endm
        /* And load its control state where it differs from what the processor has. */
        .macro  load_control mxcsr, cw, short_cw
        xor     FRAME_MXCSR(%rsp), \mxcsr
        test    $MXCSR_CONTROL, \mxcsr
        je      1f
        ldmxcsr FRAME_MXCSR(%rsp)
1:      cmp     FRAME_X87CW(%rsp), \short_cw
        je      2f
        fldcw   FRAME_X87CW(%rsp)
2:
        .endm

        /* Go on where the frame at sp says. */
        .macro  resume
        vectors load_vector
        integers load_integer
        mov     FRAME_RETURN(%rsp), %rcx
        add     $(FRAME_RETURN + 8), %rsp
        jmp     *%rcx
        .endm
