/* SPDX-License-Identifier: MIT */
/*
 * Traps. The processor has pushed (from user mode: ss, esp,) eflags, cs, eip and for some an error
 * code; a stub pushes 0 where there is none, and the vector; trap_all pushes the rest of struct
 * regs (native.h):
 *
 *       higher addresses
 *   +64  esp, ss                 only if it came from user mode
 *   +52  eip, cs, eflags
 *   +48  error code, or 0
 *   +44  vector
 *   +16  edi esi ebp ebx edx ecx eax
 *    +0  gs fs es ds             <- the argument of trap()
 *
 * A user program may have loaded any selector of its own, so the kernel's are loaded at each trap;
 * gs leads to the processor's thread pointer. A trap in the kernel may come in the middle of
 * trap_return, when some are the user's already: it gives back what was there.
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
        push    %eax
        push    %ecx
        push    %edx
        push    %ebx
        push    %ebp
        push    %esi
        push    %edi
        push    %ds
        push    %es
        push    %fs
        push    %gs
        cld
        mov     $SELECTOR_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     $SELECTOR_THREAD, %eax
        mov     %eax, %gs
        mov     %esp, %ebx
        testb   $3, REGS_CS(%esp)
        jz      1f
        xor     %ebp, %ebp              /* the backtrace ends here */
1:      and     $-16, %esp
        sub     $16, %esp
        mov     %ebx, (%esp)
        call    trap
trap_return:                            /* ebx = regs; interrupts are off */
        mov     %ebx, %esp
        pop     %gs
        pop     %fs
        pop     %es
        pop     %ds
        pop     %edi
        pop     %esi
        pop     %ebp
        pop     %ebx
        pop     %edx
        pop     %ecx
        pop     %eax
        add     $8, %esp
        iret

        .globl  arch_user_run
arch_user_run:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        cli
        mov     20(%esp), %esi
        mov     24(%esp), %eax
        mov     28(%esp), %edx
        mov     %esp, (%eax)
        mov     %esp, %ecx
        and     $-16, %ecx              /* here struct regs ends */
        mov     %ecx, (%edx)
        lea     -REGS_SIZE(%ecx), %ebx
        lea     -REGS_SIZE - 24(%ecx), %esp
        mov     %ecx, (%esp)
        call    arch_trap_stack
        mov     %ebx, %edi
        mov     $(REGS_SIZE / 4), %ecx
        rep movsl
        jmp     trap_return

        .globl  arch_user_leave
arch_user_leave:
        mov     4(%esp), %esp
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

        .section .note.GNU-stack, "", @progbits
