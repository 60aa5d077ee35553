/* SPDX-License-Identifier: MIT */
/*
 * faden__preempted on x86-64: a call of faden__preempted_yield between two instructions of a task
 * that does not know of it. Entered by the return from the signal (interrupted.h lays what is above
 * the entry sp), leaves by `ret`, with all registers and flags as they were.
 *
 *        higher addresses
 *               the interrupted code's sp
 *   -128        its red zone
 *   -136        where it was interrupted
 *   -144        bytes for the extended state
 *   -152        which of it (the mask for XSAVE; 0: FXSAVE)        <- sp on entry
 *   -160        flags
 *   -168 ...    rax rcx rdx rbx rbp rsi rdi r8 ... r15             <- rbx from here on
 *               up to 63 bytes to be aligned
 *               the extended state: x87, SSE, AVX, AVX-512, ...    <- sp at the call
 *
 * For the call the ABI wants the direction flag clear and the x87 stack empty (MMX included). The
 * control words need not be anything: C code here computes no floating point, and other tasks
 * bring their own. But where the program has promised to leave them alone (faden_fp_control_fix),
 * nobody brings any: then they are what was promised.
 */
#define SAVED_FLAGS 120         /* from rbx */
#define SAVED_MASK 128
#define SAVED_SIZE 136
#define XSAVE_HEADER 512        /* 64 bytes that XRSTOR wants zero but for what XSAVE writes */

        .macro  save register
        push    %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endm

        .text
        .globl  faden__preempted
        .hidden faden__preempted
        .type   faden__preempted, @function
        .p2align 5
faden__preempted:
        .cfi_startproc
        .cfi_signal_frame       /* what is above was not called from: its pc is exact */
        .cfi_def_cfa rsp, 152
        .cfi_offset rip, -136
        pushfq
        .cfi_adjust_cfa_offset 8
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi
        save    \register
        .endr
        .irp    register, r8, r9, r10, r11, r12, r13, r14, r15
        save    \register
        .endr
        mov     %rsp, %rbx
        .cfi_def_cfa_register rbx
        .cfi_remember_state
        cld
        sub     SAVED_SIZE(%rbx), %rsp
        and     $-64, %rsp
        mov     SAVED_MASK(%rbx), %eax
        mov     (SAVED_MASK + 4)(%rbx), %edx
        cmpq    $0, SAVED_MASK(%rbx)
        je      .Lsave_old
        xor     %ecx, %ecx
        .irp    word, 0, 8, 16, 24, 32, 40, 48, 56
        mov     %rcx, (XSAVE_HEADER + \word)(%rsp)
        .endr
        xsave64 (%rsp)
        test    $4, %al
        je      .Lsaved
        vzeroupper              /* other tasks' SSE code is slow while these halves are in use */
.Lsaved:
        fninit
        cmpq    $0, faden__fp_fixed(%rip)
        jne     .Lpromised
.Lyield:
        call    faden__preempted_yield
        cmpq    $0, SAVED_MASK(%rbx)
        je      .Lrestore_old
        mov     SAVED_MASK(%rbx), %eax
        mov     (SAVED_MASK + 4)(%rbx), %edx
        xrstor64 (%rsp)
.Lrestored:
        mov     %rbx, %rsp
        .cfi_def_cfa_register rsp
        .irp    register, r15, r14, r13, r12, r11, r10, r9, r8
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .cfi_restore \register
        .endr
        .irp    register, rdi, rsi, rbp, rbx, rdx, rcx, rax
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .cfi_restore \register
        .endr
        popfq
        .cfi_adjust_cfa_offset -8
        lea     16(%rsp), %rsp  /* changes no flag */
        .cfi_adjust_cfa_offset -16
        ret     $128

        .cfi_restore_state
.Lsave_old:
        fxsave64 (%rsp)
        jmp     .Lsaved
.Lpromised:
        ldmxcsr faden__fp_fixed(%rip)
        fldcw   (faden__fp_fixed + 4)(%rip)
        jmp     .Lyield
.Lrestore_old:
        fxrstor64 (%rsp)
        jmp     .Lrestored
        .cfi_endproc
        .size   faden__preempted, . - faden__preempted

        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5                /* name size, descriptor size, NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   0xc0000002, 4           /* GNU_PROPERTY_X86_FEATURE_1_AND */
        .long   1, 0                    /* IBT; a shadow stack is not handled, so not claimed */
        .section .note.GNU-stack, "", @progbits
