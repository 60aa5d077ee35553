/* SPDX-License-Identifier: MIT */
/* isa.h says what these do. */
        .text

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        .endm

        .macro  end name
        .cfi_endproc
        .size   \name, . - \name
        .endm

        .macro  push_all
        .irp    r, rbx, rbp, r12, r13, r14, r15
        push    %\r
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \r, 0
        .endr
        .endm

        .macro  pop_all
        .irp    r, r15, r14, r13, r12, rbp, rbx
        pop     %\r
        .cfi_adjust_cfa_offset -8
        .cfi_restore \r
        .endr
        .endm

        /* The pattern of register number n: all 64 bits depend on the seed. */
        .macro  pattern reg, seed, n
        mov     $0x0101010101010101 * (\n + 1), \reg
        xor     \seed, \reg
        .endm

        function isa_sentinels
        push_all
        push    %rdx
        .cfi_adjust_cfa_offset 8
        mov     %rsp, %rcx
        pattern %rbx, %rdx, 0
        pattern %rbp, %rdx, 1
        pattern %r12, %rdx, 2
        pattern %r13, %rdx, 3
        pattern %r14, %rdx, 4
        pattern %r15, %rdx, 5
        push    %rcx
        .cfi_adjust_cfa_offset 8
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    faden_context_switch
        pushfq
        pop     %rsi
        add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        pop     %rcx
        .cfi_adjust_cfa_offset -8
        mov     (%rsp), %rdx
        xor     %eax, %eax
        .set    number, 0
        .irp    r, rbx, rbp, r12, r13, r14, r15
        pattern %rdi, %rdx, number
        cmp     %rdi, %\r
        je      1f
        or      $1 << number, %eax
1:
        .set    number, number + 1
        .endr
        cmp     %rsp, %rcx
        je      1f
        or      $1 << 6, %eax
1:      test    $0x400, %esi
        je      1f
        or      $1 << 7, %eax
1:      pop     %rdx
        .cfi_adjust_cfa_offset -8
        pop_all
        ret
        end     isa_sentinels

        .macro  trash_zmm
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vpternlogd $0xff, %zmm\n, %zmm\n, %zmm\n
        .endr
        .irp    n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        vpternlogd $0xff, %zmm\n, %zmm\n, %zmm\n
        .endr
        .endm

        function isa_trash_switch
        push_all
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        cmp     $2, %edx
        jl      2f
        trash_zmm
        cmp     $3, %edx
        jl      1f
        .irp    n, 0,1,2,3,4,5,6,7
        kxnorq  %k\n, %k\n, %k\n
        .endr
        jmp     5f
1:      .irp    n, 0,1,2,3,4,5,6,7
        kxnorw  %k\n, %k\n, %k\n
        .endr
        jmp     5f
2:      cmp     $1, %edx
        jl      3f
        vpcmpeqd %xmm0, %xmm0, %xmm0
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vinsertf128 $1, %xmm0, %ymm0, %ymm\n
        .endr
        jmp     5f
3:      .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        pcmpeqd %xmm\n, %xmm\n
        .endr
        /* mm0-7 are the bits of the x87 registers; both are left empty, as the ABI wants it. */
5:      .irp    n, 0,1,2,3,4,5,6,7
        pcmpeqd %mm\n, %mm\n
        .endr
        emms
        .rept   8
        fldpi
        .endr
        .rept   8
        fstp    %st(0)
        .endr
        mov     $0x5a5a5a5a5a5a5a5a, %rax
        .irp    r, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        lea     0x1111(%rax), %\r
        .endr
        pushq   $0x8d5                  /* carry, parity, adjust, zero, sign, overflow */
        .cfi_adjust_cfa_offset 8
        popfq
        .cfi_adjust_cfa_offset -8
        call    faden_context_switch
        add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        pop_all
        ret
        end     isa_trash_switch

        /* Word k of the red zone starts as seed + k; each round adds its neighbour and rotates. */
        function isa_red_zone
        .set    word, 1
        .rept   16
        lea     word(%rdi), %rax
        mov     %rax, -8 * word(%rsp)
        .set    word, word + 1
        .endr
1:      mov     -128(%rsp), %rax
        .set    word, 15
        .rept   15
        add     -8 * word(%rsp), %rax
        rol     $7, %rax
        mov     %rax, -8 * word(%rsp)
        .set    word, word - 1
        .endr
        mov     %rax, -128(%rsp)
        dec     %rsi
        jne     1b
        ret
        end     isa_red_zone

        .macro  frame_body
        push_all
        mov     %rdi, %rax
        mov     %rsi, %rdi
        mov     %rdx, %rbx
        lea     1(%rdx), %rbp
        lea     2(%rdx), %r12
        lea     3(%rdx), %r13
        lea     4(%rdx), %r14
        lea     5(%rdx), %r15
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    *%rax
        add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        pop_all
        ret
        .endm

        function isa_frame
        frame_body
        end     isa_frame

        function isa_frame_b
        frame_body
        end     isa_frame_b

        function isa_with_state
        push_all
        sub     $8, %rsp
        .cfi_adjust_cfa_offset 8
        mov     %rdi, %rax
        mov     %rsi, %rdi
        mov     %edx, %ecx
        mov     %ecx, %r13d
        shr     $32, %rdx
        mov     %rdx, %r8
        mov     %rdx, %r14
        call    *%rax
        add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        pop_all
        ret
        end     isa_with_state

        function isa_step_on
        pushfq
        .cfi_adjust_cfa_offset 8
        orl     $0x100, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        ret
        end     isa_step_on

        function isa_step_off
        pushfq
        .cfi_adjust_cfa_offset 8
        andl    $~0x100, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        ret
        end     isa_step_off

        .section .note.GNU-stack, "", @progbits
