/* SPDX-License-Identifier: MIT */
/* Where a program begins, with argc in eax and argv in edx, and how it asks the kernel: int 0x80,
   the number in eax, three arguments in ebx, ecx, edx, the answer in eax. All other registers stay.
       intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c); */
        .text
        .globl  _start
_start:
        xor     %ebp, %ebp
        and     $-16, %esp
        sub     $8, %esp
        push    %edx
        push    %eax
        call    user_start              /* (argc, argv) */
        ud2

        .globl  user_call
user_call:
        push    %ebx
        mov     8(%esp), %eax
        mov     12(%esp), %ebx
        mov     16(%esp), %ecx
        mov     20(%esp), %edx
        int     $0x80
        pop     %ebx
        ret

/* void user_attack(enum attack which); test.h */
        .globl  user_attack
user_attack:
        mov     4(%esp), %eax
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9
        cmp     $\n, %eax
        je      \n\()f
        .endr
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
        mov     $0x1b, %eax             /* the selector of the user's data */
        mov     %eax, %gs
        ret
4:      int     $8                      /* the task for double faults */
        ret
5:      int     $0x20                   /* as if the timer had interrupted */
        ret
6:      in      $0x64, %al
        ret
7:      mov     $0x10, %eax             /* the kernel's data, code, TSS */
        mov     %eax, %es
        ret
8:      ljmp    $0x8, $8b
9:      ljmp    $0x30, $0

/* int user_flags(unsigned rounds); test.h. loop leaves all flags alone. */
        .globl  user_flags
user_flags:
        mov     4(%esp), %ecx
        pushf
        orl     $0x8d5, (%esp)          /* overflow, sign, zero, adjust, parity, carry */
        popf
1:      loop    1b
        pushf
        pop     %eax
        and     $0x8d5, %eax
        cmp     $0x8d5, %eax
        sete    %al
        movzbl  %al, %eax
        ret

/* unsigned user_registers(unsigned rounds, unsigned seed); test.h */
        .globl  user_registers
user_registers:
        push    %ebx
        push    %ebp
        push    %esi
        push    %edi
        mov     20(%esp), %edi
        mov     24(%esp), %esi
        mov     %esi, %eax
        and     $3, %eax
        shl     $10, %eax
        mov     %eax, %ecx
        or      $0x37f, %ecx
        push    %ecx
        fldcw   (%esp)
        lea     0x1f80(,%eax,8), %ecx   /* the same for SSE */
        mov     %ecx, (%esp)
        ldmxcsr (%esp)
        .set    n, 1
        .irp    r, eax, ebx, ecx, edx, ebp
        lea     n(%esi), %\r
        .set    n, n + 1
        .endr
1:      dec     %edi
        jnz     1b
        .set    n, 1
        .irp    r, eax, ebx, ecx, edx, ebp
        sub     %esi, %\r
        sub     $n, %\r
        or      %\r, %edi
        .set    n, n + 1
        .endr
        and     $3, %esi
        stmxcsr (%esp)
        mov     (%esp), %eax
        shr     $13, %eax
        xor     %esi, %eax
        or      %eax, %edi
        fnstcw  (%esp)
        mov     (%esp), %eax
        shr     $10, %eax
        xor     %esi, %eax
        and     $3, %eax
        or      %eax, %edi
        movl    $0x1f80, (%esp)
        ldmxcsr (%esp)
        fninit
        pop     %ecx
        mov     %edi, %eax
        pop     %edi
        pop     %esi
        pop     %ebp
        pop     %ebx
        ret

        .section .note.GNU-stack, "", @progbits
