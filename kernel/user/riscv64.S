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

/* unsigned user_registers(unsigned rounds, unsigned seed); test.h */
        .globl  user_registers
user_registers:
        addi    sp, sp, -112
        sd      ra, 0(sp)
        sd      gp, 8(sp)
        .set    i, 16
        .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
        sd      \r, i(sp)
        .set    i, i + 8
        .endr
        andi    t0, a1, 3
        csrw    frm, t0
        .irp    n, 1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
                26, 27, 28, 29, 30, 31
        addi    x\n, a1, \n
        .endr
1:      addi    a0, a0, -1
        bnez    a0, 1b
        .irp    n, 1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
                26, 27, 28, 29, 30, 31
        sub     x\n, x\n, a1
        addi    x\n, x\n, -\n
        or      a0, a0, x\n
        .endr
        andi    t0, a1, 3
        csrr    t1, frm
        csrw    frm, zero
        xor     t0, t0, t1
        or      a0, a0, t0
        ld      ra, 0(sp)
        ld      gp, 8(sp)
        .set    i, 16
        .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
        ld      \r, i(sp)
        .set    i, i + 8
        .endr
        addi    sp, sp, 112
        ret

        .section .note.GNU-stack, "", @progbits
