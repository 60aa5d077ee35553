/* SPDX-License-Identifier: MIT */
/* Where a program begins, and how it asks the kernel: svc, the number in x8, three arguments in
   x0 to x2, the answer in x0. All other registers stay.
       intptr_t user_call(uintptr_t number, uintptr_t a, uintptr_t b, uintptr_t c); */
        .text
        .globl  _start
_start:
        mov     x29, #0
        mov     x30, #0
        bl      user_start              /* (argc, argv) */
        udf     #0

        .globl  user_call
user_call:
        mov     x8, x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, x3
        svc     #0
        ret

/* void user_attack(enum attack which); test.h */
        .globl  user_attack
user_attack:
        cmp     x0, #1
        b.eq    1f
        cmp     x0, #2
        b.eq    2f
        cmp     x0, #3
        b.eq    3f
        udf     #0
1:      mrs     x0, sctlr_el1
        ret
2:      udiv    x0, x0, xzr             /* no trap here */
        ret
3:      mov     x0, #0x1234
        msr     tpidr_el0, x0
        ret

/* int user_flags(unsigned rounds); test.h */
        .globl  user_flags
user_flags:
        mov     x1, #0xf0000000         /* negative, zero, carry, overflow */
        msr     nzcv, x1
1:      sub     w0, w0, #1
        cbnz    w0, 1b
        mrs     x0, nzcv
        cmp     x0, x1
        cset    w0, eq
        ret

        .section .note.GNU-stack, "", %progbits
