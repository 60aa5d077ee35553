/* SPDX-License-Identifier: MIT */
/*
 * Traps. The processor has pushed ss, rsp, rflags, cs, rip and for some an error code; a stub
 * pushes 0 where there is none, and the vector; trap_all pushes the rest of struct regs (native.h):
 *
 *       higher addresses
 *   +176  thread pointer of the processor    only if it came from user mode: arch_user_run and
 *   +136  ss, rsp, rflags, cs, rip           trap_return leave it there, above where rsp0 points
 *   +128  error code, or 0
 *   +120  vector
 *     +0  rax rbx rcx rdx rsi rdi rbp r8-r15 (r15 lowest)    <- rdi for trap()
 *
 * A user program can load fs with a selector and thereby change its base, which is the kernel's
 * thread pointer. So each trap from user mode sets it again.
 *
 *   void trap(struct regs *r);
 *   void arch_user_run(const struct regs *r, void **run_sp, uintptr_t *trap_top);
 *   void arch_user_leave(void *run_sp);
 */
#include "layout.h"

        .text
        .globl  trap_stubs
        .p2align 4
trap_stubs:                             /* 16 bytes each, indexed by the vector */
        .set    v, 0
        .rept   256
        .p2align 4
        .if     v != 8 && v != 10 && v != 11 && v != 12 && v != 13 && v != 14 && v != 17 && v != 21
        push    $0                      /* the others have an error code */
        .endif
        push    $v
        jmp     trap_all
        .set    v, v + 1
        .endr

        .p2align 4
trap_all:
        push    %rax
        push    %rbx
        push    %rcx
        push    %rdx
        push    %rsi
        push    %rdi
        push    %rbp
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        cld
        testb   $3, 144(%rsp)
        jz      1f
        mov     176(%rsp), %eax
        mov     180(%rsp), %edx
        mov     $MSR_FS_BASE, %ecx
        wrmsr
        xor     %ebp, %ebp              /* the backtrace ends here */
1:      mov     %rsp, %rdi
        call    trap
        mov     %rsp, %rdi
trap_return:                            /* rdi = regs; interrupts are off */
        mov     %rdi, %rsp
        testb   $3, 144(%rsp)
        jz      1f
        mov     %fs:0, %rax
        mov     %rax, 176(%rsp)
1:      pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rbp
        pop     %rdi
        pop     %rsi
        pop     %rdx
        pop     %rcx
        pop     %rbx
        pop     %rax
        add     $16, %rsp
        iretq

        .globl  arch_user_run
arch_user_run:
        push    %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        cli
        mov     %rsp, (%rsi)
        mov     %rdi, %rbx
        lea     -16(%rsp), %r12
        and     $-16, %r12              /* the thread pointer's place; below it struct regs ends */
        mov     %r12, (%rdx)
        lea     -REGS_SIZE(%r12), %rsp
        mov     %r12, %rdi
        call    arch_trap_stack
        mov     %rbx, %rsi
        mov     %rsp, %rdi
        mov     $(REGS_SIZE / 8), %ecx
        rep movsq
        mov     %rsp, %rdi
        jmp     trap_return

        .globl  arch_user_leave
arch_user_leave:
        mov     %rdi, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret

        .section .note.GNU-stack, "", @progbits
