/* SPDX-License-Identifier: MIT */
/* Where a program begins, and how it asks the kernel: ecall, the number in a7, three arguments in
   a0 to a2, the answer in a0. All other registers stay.
       intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c); */
        .text
        .globl  _start
_start:
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        li      s0, 0
        call    user_start              /* (argc, argv) */
        unimp

        .globl  user_call
user_call:
        mv      a7, a0
        mv      a0, a1
        mv      a1, a2
        mv      a2, a3
        ecall
        ret

/* void user_attack(enum attack which); test.h */
        .globl  user_attack
user_attack:
        li      t0, 1
        beq     a0, t0, 1f
        li      t0, 2
        beq     a0, t0, 2f
        li      t0, 3
        beq     a0, t0, 3f
        unimp
1:      csrr    t0, sstatus
        ret
2:      div     t0, t0, zero            /* no trap here */
        ret
3:      li      tp, 0x1234
        ret

/* int user_flags(unsigned rounds); test.h. There are none. */
        .globl  user_flags
user_flags:
        addi    a0, a0, -1
        bnez    a0, user_flags
        li      a0, 1
        ret

        .section .note.GNU-stack, "", @progbits
