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

/* unsigned user_registers(unsigned rounds, unsigned seed); test.h */
        .globl  user_registers
user_registers:
        stp     x18, x19, [sp, #-112]!
        stp     x20, x21, [sp, #16]
        stp     x22, x23, [sp, #32]
        stp     x24, x25, [sp, #48]
        stp     x26, x27, [sp, #64]
        stp     x28, x29, [sp, #80]
        str     x30, [sp, #96]
        and     x2, x1, #3
        lsl     x2, x2, #22
        msr     fpcr, x2
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
                24, 25, 26, 27, 28, 29, 30
        add     x\n, x1, #\n
        .endr
1:      sub     w0, w0, #1
        cbnz    w0, 1b
        .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
                24, 25, 26, 27, 28, 29, 30
        sub     x\n, x\n, x1
        sub     x\n, x\n, #\n
        orr     x0, x0, x\n
        .endr
        and     x2, x1, #3
        mrs     x3, fpcr
        msr     fpcr, xzr
        eor     x2, x2, x3, lsr #22
        orr     x0, x0, x2
        ldp     x20, x21, [sp, #16]
        ldp     x22, x23, [sp, #32]
        ldp     x24, x25, [sp, #48]
        ldp     x26, x27, [sp, #64]
        ldp     x28, x29, [sp, #80]
        ldr     x30, [sp, #96]
        ldp     x18, x19, [sp], #112
        ret

        .section .note.GNU-stack, "", %progbits
