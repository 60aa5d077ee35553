/* SPDX-License-Identifier: MIT */
/* Where a program begins, and how it asks the kernel: int 0x80, the number in rax, three arguments
   in rdi, rsi, rdx, the answer in rax. All other registers stay.
       intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c); */
        .text
        .globl  _start
_start:
        xor     %ebp, %ebp
        and     $-16, %rsp
        call    user_start              /* (argc, argv) */
        ud2

        .globl  user_call
user_call:
        mov     %rdi, %rax
        mov     %rsi, %rdi
        mov     %rdx, %rsi
        mov     %rcx, %rdx
        int     $0x80
        ret

/* void user_attack(enum attack which); test.h */
        .globl  user_attack
user_attack:
        cmp     $1, %edi
        je      1f
        cmp     $2, %edi
        je      2f
        cmp     $3, %edi
        je      3f
        ud2
1:      cli
        ret
2:      xor     %ecx, %ecx
        mov     $1, %eax
        cltd
        idivl   %ecx
        ret
3:      xor     %eax, %eax
        mov     %eax, %fs
        mov     $0x1b, %eax
        mov     %eax, %gs
        ret

/* int user_flags(unsigned rounds); test.h. loop leaves all flags alone. */
        .globl  user_flags
user_flags:
        mov     %edi, %ecx
        pushf
        orl     $0x8d5, (%rsp)          /* overflow, sign, zero, adjust, parity, carry */
        popf
1:      loop    1b
        pushf
        pop     %rax
        and     $0x8d5, %eax
        cmp     $0x8d5, %eax
        sete    %al
        movzbl  %al, %eax
        ret

/* unsigned user_registers(unsigned rounds, unsigned seed); test.h */
        .globl  user_registers
user_registers:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %esi, %eax
        and     $3, %eax
        shl     $10, %eax
        mov     %eax, %ecx
        or      $0x37f, %ecx
        push    %rcx
        fldcw   (%rsp)
        lea     0x1f80(,%rax,8), %ecx   /* the same for SSE */
        mov     %ecx, (%rsp)
        ldmxcsr (%rsp)
        .set    n, 1
        .irp    r, rax, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        lea     n(%rsi), %\r
        .set    n, n + 1
        .endr
1:      dec     %edi
        jnz     1b
        .set    n, 1
        .irp    r, rax, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        sub     %rsi, %\r
        sub     $n, %\r
        or      %\r, %rdi
        .set    n, n + 1
        .endr
        and     $3, %esi
        stmxcsr (%rsp)
        mov     (%rsp), %eax
        shr     $13, %eax
        xor     %esi, %eax
        or      %rax, %rdi
        fnstcw  (%rsp)
        mov     (%rsp), %eax
        shr     $10, %eax
        xor     %esi, %eax
        and     $3, %eax
        or      %rax, %rdi
        movl    $0x1f80, (%rsp)
        ldmxcsr (%rsp)
        fninit
        pop     %rcx
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        xor     %eax, %eax
        test    %rdi, %rdi
        setnz   %al
        ret

        .section .note.GNU-stack, "", @progbits
