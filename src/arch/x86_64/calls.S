/* SPDX-License-Identifier: MIT */
/*
 * The switch under coroutines and tasks on x86-64: the inline halves (faden/arch.h) jump here.
 * A part of switch.S: what is said there of unwinding holds here.
 *
 *   faden__switch        rax = ops, rdi = a, rsi = b; sp at the frame that the inline half laid
 *   faden__switch_wait   the same for a call that may wait, with its room above the frame
 *   faden__switch_leave  the end of such a call that failed
 *
 *   struct faden__next { void *sp, *value; };
 *   struct faden__switch_ops {
 *       struct faden__next (*pick)(void *a, void *b, void *own_sp, struct faden__switch_ops *);
 *       void *(*finish)(void *value);
 *       ...
 *   };
 *
 * pick runs on the outgoing stack and names the incoming one (it may be the same). finish, if
 * there is one and pick gave a value, runs on the incoming stack before any other C, and its
 * result replaces the value. The value is what the resumed call gives: rax at its resume
 * address.
 */
        .macro  pick
        mov     %rax, %r12
        mov     %rax, %rcx
        mov     %rsp, %rdx
        and     $-16, %rsp
        call    *(%r12)
        .endm

        /* By the program's promise (faden_fp_control_fix) all contexts have one control state. It
           is put into each frame: who resumes it may know of no promise. */
        .macro  if_promised label
        cmpq    $0, faden__fp_fixed(%rip)
        jne     \label
        .endm
        .macro  leave_promised
        mov     faden__fp_fixed(%rip), %rcx
        mov     %rcx, FRAME_MXCSR(%rbx)
        mov     $-1, %r14d
        .endm

        /* Into the own frame, which rbx points at; r14w is what the processor has. */
        .macro  leave_control
        stmxcsr FRAME_MXCSR(%rbx)
        fnstcw  FRAME_X87CW(%rbx)
        movzwl  FRAME_X87CW(%rbx), %r14d
        .endm

        function faden__switch
        .cfi_startproc
        cfi_at_frame
        mov     %rsp, %rbx
        .cfi_def_cfa_register rbx
        if_promised 6f
        leave_control
5:      pick
.Lgo_on:
        mov     %rax, %rsp
        .cfi_def_cfa_register rsp
        test    %r14d, %r14d            /* promised */
        js      2f
        ldmxcsr FRAME_MXCSR(%rsp)
        cmp     FRAME_X87CW(%rsp), %r14w
        jne     1f
2:      mov     %rdx, %rax
        test    %rdx, %rdx
        jne     4f
3:      mov     FRAME_RBP(%rsp), %rbp
        mov     FRAME_RBX(%rsp), %rbx
        jmp     *FRAME_RESUME(%rsp)

1:      fldcw   FRAME_X87CW(%rsp)
        jmp     2b

6:      leave_promised
        jmp     5b

4:      mov     OPS_FINISH(%r12), %rcx
        test    %rcx, %rcx
        je      3b
        mov     %rsp, %rbx
        .cfi_def_cfa_register rbx
        mov     %rdx, %rdi
        and     $-16, %rsp
        call    *%rcx
        mov     %rbx, %rsp
        .cfi_def_cfa_register rsp
        jmp     3b

/*
 * A call that may wait mostly does not, and then goes on where it was. Only when it does, the
 * control state is left: stmxcsr alone takes as long as a call that need not wait
 * (docs/design/switch.md).
 */
        .globl  faden__switch_wait
        .type   faden__switch_wait, @function
        .p2align 5
faden__switch_wait:
        mov     %rsp, %rbx
        .cfi_def_cfa_register rbx
        pick
        cmp     %rax, %rbx
        je      5f
        if_promised 7f
        leave_control
        jmp     .Lgo_on
7:      leave_promised
        jmp     .Lgo_on
5:      mov     %rbx, %rsp
        .cfi_def_cfa_register rsp
        mov     FRAME_RBX(%rsp), %rbx
        jmp     *FRAME_RESUME(%rsp)
        .cfi_endproc
        .size   faden__switch, . - faden__switch

/*
 * A wait in the caller's room has failed: sp points at its frame. faden__wait_leave(room), and on
 * where [sp] says.
 */
        .weak   faden__wait_leave       /* in the scheduler, which need not be there */
        function faden__switch_leave
        .cfi_startproc
        cfi_at_frame
        mov     %rsp, %rbx
        .cfi_def_cfa_register rbx
        lea     FRAME_ROOM(%rsp), %rdi
        and     $-16, %rsp
        call    faden__wait_leave@PLT
        mov     %rbx, %rsp
        .cfi_def_cfa_register rsp
        mov     FRAME_RBX(%rsp), %rbx
        jmp     *FRAME_RESUME(%rsp)
        .cfi_endproc
        .size   faden__switch_leave, . - faden__switch_leave
