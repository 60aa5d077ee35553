/* SPDX-License-Identifier: MIT */
/* void spin_with_registers(const struct registers *in, struct registers *out, uint64_t spins,
 *                          int sve); see registers.h. */
#define FLAGS 248
#define FPCR 256
#define FPSR 264
#define P 280
#define Z 824

        .arch   armv8.2-a+sve
        .text
        .globl  vector_bytes
        .type   vector_bytes, %function
vector_bytes:
        rdvl    x0, #1
        ret
        .size   vector_bytes, . - vector_bytes

        .globl  spin_with_registers
        .type   spin_with_registers, %function
spin_with_registers:
        sub     sp, sp, #208
        stp     x29, x30, [sp]
        .irp    i, 19, 21, 23, 25, 27
        str     x\i, [sp, #(16 + 8 * (\i - 19))]
        .endr
        .irp    i, 20, 22, 24, 26, 28
        str     x\i, [sp, #(16 + 8 * (\i - 19))]
        .endr
        .irp    i, 8, 9, 10, 11, 12, 13, 14, 15
        str     d\i, [sp, #(96 + 8 * (\i - 8))]
        .endr
        mrs     x9, fpcr
        str     x9, [sp, #160]
        stp     x1, x3, [sp, #168]
        str     x2, [sp, #184]
        ldr     x9, [x0, #FPCR]
        msr     fpcr, x9
        ldr     x9, [x0, #FPSR]
        msr     fpsr, x9
        add     x9, x0, #Z
        cbz     x3, 1f
        add     x10, x0, #P
        ldr     p0, [x10, #16, mul vl]
        wrffr   p0.b
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        ldr     p\i, [x10, #\i, mul vl]
        ldr     z\i, [x9, #\i, mul vl]
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        ldr     z\i, [x9, #\i, mul vl]
        .endr
        b       2f
1:      .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        ldr     q\i, [x9], #16
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        ldr     q\i, [x9], #16
        .endr
2:      ldr     x9, [x0, #FLAGS]
        msr     nzcv, x9
        mov     x1, x2
        .irp    i, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,19,20,21,22,23,24,25,26,27,28,29,30
        ldr     x\i, [x0, #(8 * \i)]
        .endr
3:      sub     x1, x1, #1              /* changes no flag */
        cbnz    x1, 3b

        ldr     x1, [sp, #168]
        .irp    i, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,19,20,21,22,23,24,25,26,27,28,29,30
        str     x\i, [x1, #(8 * \i)]
        .endr
        mrs     x9, nzcv
        str     x9, [x1, #FLAGS]
        mrs     x9, fpcr
        str     x9, [x1, #FPCR]
        mrs     x9, fpsr
        str     x9, [x1, #FPSR]
        add     x9, x1, #Z
        ldr     x3, [sp, #176]
        cbz     x3, 4f
        add     x10, x1, #P
        .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        str     p\i, [x10, #\i, mul vl]
        str     z\i, [x9, #\i, mul vl]
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        str     z\i, [x9, #\i, mul vl]
        .endr
        rdffr   p0.b
        str     p0, [x10, #16, mul vl]
        b       5f
4:      .irp    i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        str     q\i, [x9], #16
        .endr
        .irp    i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        str     q\i, [x9], #16
        .endr
5:      ldr     x9, [sp, #160]
        msr     fpcr, x9
        .irp    i, 8, 9, 10, 11, 12, 13, 14, 15
        ldr     d\i, [sp, #(96 + 8 * (\i - 8))]
        .endr
        .irp    i, 19,20,21,22,23,24,25,26,27,28
        ldr     x\i, [sp, #(16 + 8 * (\i - 19))]
        .endr
        ldp     x29, x30, [sp]
        add     sp, sp, #208
        ret
        .size   spin_with_registers, . - spin_with_registers
        .section .note.GNU-stack, "", %progbits
