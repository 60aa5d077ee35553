/* SPDX-License-Identifier: MIT */
/*
 * Traps. The kernel runs on SP_EL0, and a trap always begins on SP_EL1, which is the processor's
 * own fault stack: the stack that was interrupted may have overflowed into its guard.
 *
 * What comes from the kernel is handled there. A fault in a handler goes on below. What comes from
 * user mode is laid at the top of the process's kernel stack, on which the kernel then runs as it
 * always does, on SP_EL0; TPIDR_EL1 points to the struct area (layout.h) that tells where that is.
 *
 *   void trap(struct regs *r);
 *   void arch_user_run(const struct regs *r, void **run_sp, uintptr_t *trap_top);
 *   void arch_user_leave(void *run_sp);
 *   void arch_fp_save(struct user_fp *fp);
 *   void arch_fp_restore(const struct user_fp *fp);
 */
#include "layout.h"

        /* pairs of registers, at 8 bytes for each behind `base` */
        .macro  pairs op, base, from, to
        .set    i, \from
        .rept   (\to - \from + 1) / 2
        .altmacro
        pair    \op, \base, %i, %i + 1
        .noaltmacro
        .set    i, i + 2
        .endr
        .endm
        .macro  pair op, base, n, m
        .noaltmacro
        pair_at \op, \base, \n, \m
        .altmacro
        .endm
        .macro  pair_at op, base, n, m
        \op     x\n, x\m, [\base, #\n * 8]
        .endm

        .macro  save_state base
        mrs     x0, elr_el1
        mrs     x1, spsr_el1
        stp     x0, x1, [\base, #REGS_PC]
        mrs     x0, esr_el1
        mrs     x1, far_el1
        stp     x0, x1, [\base, #REGS_ESR]
        .endm
        .macro  load_state base
        ldp     x2, x3, [\base, #REGS_PC]
        msr     elr_el1, x2
        msr     spsr_el1, x3
        .endm

        /* From the kernel; `sp_` gives the stack pointer there in x1. */
        .macro  kernel kind, sp_:vararg
        .p2align 7
        sub     sp, sp, #REGS_SIZE
        stp     x0, x1, [sp]
        \sp_
        mov     x0, #\kind
        b       from_kernel
        .endm
        .macro  user kind
        .p2align 7
        stp     x0, x1, [sp, #-32]!
        str     x2, [sp, #16]
        mov     x0, #\kind
        b       from_user
        .endm
        .macro  four what, rest:vararg
        \what   KIND_SYNC, \rest
        \what   KIND_IRQ, \rest
        \what   KIND_FIQ, \rest
        \what   KIND_SERROR, \rest
        .endm

        .text
        .p2align 11
        .globl  trap_vectors
trap_vectors:
        four    kernel, mrs x1, sp_el0
        four    kernel, add x1, sp, #REGS_SIZE
        user    KIND_SYNC
        user    KIND_IRQ
        user    KIND_FIQ
        user    KIND_SERROR
        .p2align 7
        .rept   4                       /* of 32 bits: there are no such programs */
        b       .
        .p2align 7
        .endr

from_kernel:
        str     x1, [sp, #REGS_SP]
        str     x0, [sp, #REGS_KIND]
        pairs   stp, sp, 2, 29
        str     x30, [sp, #240]
        save_state sp
        mov     x0, sp
        bl      trap
        load_state sp
        pairs   ldp, sp, 2, 29
        ldr     x30, [sp, #240]
        ldp     x0, x1, [sp]
        add     sp, sp, #REGS_SIZE
        eret

from_user:
        mrs     x1, tpidr_el1
        ldr     x2, [x1, #AREA_TRAP_TOP]
        sub     x2, x2, #REGS_SIZE
        str     x0, [x2, #REGS_KIND]
        ldr     x0, [x1, #AREA_TP]
        str     x3, [x2, #24]
        pairs   stp, x2, 4, 29
        str     x30, [x2, #240]
        mrs     x3, tpidr_el0
        str     x3, [x2, #REGS_TP]
        msr     tpidr_el0, x0
        ldp     x0, x1, [sp]
        ldr     x3, [sp, #16]
        add     sp, sp, #32
        stp     x0, x1, [x2]
        str     x3, [x2, #16]
        mrs     x3, sp_el0
        str     x3, [x2, #REGS_SP]
        save_state x2
        msr     sp_el0, x2
        msr     spsel, #0
        mov     x29, #0                 /* here the backtrace ends */
        mov     x30, #0
        mov     x0, sp
        bl      trap
user_return:                            /* sp = regs; interrupts are off */
        mov     x0, sp
        msr     spsel, #1
        ldr     x1, [x0, #REGS_SP]
        msr     sp_el0, x1
        ldr     x1, [x0, #REGS_TP]
        msr     tpidr_el0, x1
        load_state x0
        pairs   ldp, x0, 2, 29
        ldr     x30, [x0, #240]
        ldp     x0, x1, [x0]
        eret

        .macro  kept op
        \op     x19, x20, [sp, #16]
        \op     x21, x22, [sp, #32]
        \op     x23, x24, [sp, #48]
        \op     x25, x26, [sp, #64]
        \op     x27, x28, [sp, #80]
        .endm

        .globl  arch_user_run
arch_user_run:
        stp     x29, x30, [sp, #-96]!
        kept    stp
        msr     daifset, #DAIF_IRQ
        mov     x19, x0
        mov     x0, sp
        str     x0, [x1]
        str     x0, [x2]
        sub     sp, sp, #REGS_SIZE
        bl      arch_trap_stack
        mov     x0, sp
        mov     x1, x19
        mov     x2, #REGS_SIZE
        bl      memcpy
        b       user_return

        .globl  arch_user_leave
arch_user_leave:
        mov     sp, x0
        kept    ldp
        ldp     x29, x30, [sp], #96
        ret

        .macro  each_fp op
        .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        fp_pair \op, \n
        .endr
        .endm
        .macro  fp_pair op, n
        .set    i, \n + 1
        .altmacro
        fp_two  \op, \n, %i
        .noaltmacro
        .endm
        .macro  fp_two op, n, m
        \op     q\n, q\m, [x0, #\n * 16]
        .endm

        .globl  arch_fp_save
arch_fp_save:
        each_fp stp
        mrs     x1, fpcr
        mrs     x2, fpsr
        add     x0, x0, #512
        stp     x1, x2, [x0]
        ret

        .globl  arch_fp_restore
arch_fp_restore:
        each_fp ldp
        add     x0, x0, #512
        ldp     x1, x2, [x0]
        msr     fpcr, x1
        msr     fpsr, x2
        ret

        .section .note.GNU-stack, "", %progbits
