/* SPDX-License-Identifier: MIT */
/*
 * Traps into supervisor mode. sscratch points to the hart's struct area (layout.h). From user mode
 * struct regs is laid at the top of the process's kernel stack; from the kernel, on the hart's
 * own fault stack, since the stack that was interrupted may have overflowed into its guard. If it
 * is the fault stack already, we go on below.
 *
 *   void trap(struct regs *r);
 *   void arch_user_run(const struct regs *r, void **run_sp, uintptr_t *trap_top);
 *   void arch_user_leave(void *run_sp);
 *   void arch_fp_save(struct user_fp *fp);
 *   void arch_fp_restore(const struct user_fp *fp);
 */
#include "layout.h"

#define X(n) (((n) - 1) * 8)

        .macro  each op, from, to
        .set    i, \from
        .rept   \to - \from + 1
        .altmacro
        one     \op, %i
        .noaltmacro
        .set    i, i + 1
        .endr
        .endm
        .macro  one op, n
        \op     x\n, (\n - 1) * 8(sp)
        .endm

        .text
        .p2align 2
        .globl  trap_entry
trap_entry:
        csrrw   t0, sscratch, t0
        sd      sp, AREA_SP(t0)
        sd      t1, AREA_T1(t0)
        csrr    t1, sstatus
        andi    t1, t1, SSTATUS_SPP
        bnez    t1, 1f
        ld      sp, AREA_TRAP_TOP(t0)
        addi    sp, sp, -REGS_SIZE
        sd      tp, X(4)(sp)
        ld      tp, AREA_TP(t0)
        sd      s0, X(8)(sp)
        li      s0, 0                   /* here the backtrace ends */
        j       3f
1:      ld      t1, AREA_SP(t0)
        ld      sp, AREA_FAULT_TOP(t0)
        sub     t1, sp, t1
        srli    t1, t1, FAULT_STACK_SHIFT
        bnez    t1, 2f
        ld      sp, AREA_SP(t0)
2:      addi    sp, sp, -REGS_SIZE
        sd      tp, X(4)(sp)
        sd      s0, X(8)(sp)
3:      sd      ra, X(1)(sp)
        sd      gp, X(3)(sp)
        each    sd, 7, 7
        each    sd, 9, 31
        ld      t1, AREA_SP(t0)
        sd      t1, X(2)(sp)
        ld      t1, AREA_T1(t0)
        sd      t1, X(6)(sp)
        csrrw   t1, sscratch, t0
        sd      t1, X(5)(sp)
        csrr    t0, sepc
        sd      t0, REGS_PC(sp)
        csrr    t0, sstatus
        sd      t0, REGS_STATUS(sp)
        csrr    t0, scause
        sd      t0, REGS_CAUSE(sp)
        csrr    t0, stval
        sd      t0, REGS_VALUE(sp)
        mv      a0, sp
        call    trap
        mv      a0, sp
trap_return:                            /* a0 = regs; interrupts are off */
        mv      sp, a0
        ld      t0, REGS_PC(sp)
        csrw    sepc, t0
        ld      t0, REGS_STATUS(sp)
        csrw    sstatus, t0
        ld      ra, X(1)(sp)
        each    ld, 3, 31
        ld      sp, X(2)(sp)
        sret

        .globl  arch_user_run
arch_user_run:
        addi    sp, sp, -112
        sd      ra, 0(sp)
        sd      s0, 8(sp)
        sd      s1, 16(sp)
        sd      s2, 24(sp)
        sd      s3, 32(sp)
        sd      s4, 40(sp)
        sd      s5, 48(sp)
        sd      s6, 56(sp)
        sd      s7, 64(sp)
        sd      s8, 72(sp)
        sd      s9, 80(sp)
        sd      s10, 88(sp)
        sd      s11, 96(sp)
        csrci   sstatus, SSTATUS_SIE
        sd      sp, 0(a1)
        sd      sp, 0(a2)
        mv      s0, a0
        mv      a0, sp
        addi    sp, sp, -REGS_SIZE
        call    arch_trap_stack
        mv      a0, sp
        mv      a1, s0
        li      a2, REGS_SIZE
        call    memcpy
        mv      a0, sp
        j       trap_return

        .globl  arch_user_leave
arch_user_leave:
        mv      sp, a0
        ld      ra, 0(sp)
        ld      s0, 8(sp)
        ld      s1, 16(sp)
        ld      s2, 24(sp)
        ld      s3, 32(sp)
        ld      s4, 40(sp)
        ld      s5, 48(sp)
        ld      s6, 56(sp)
        ld      s7, 64(sp)
        ld      s8, 72(sp)
        ld      s9, 80(sp)
        ld      s10, 88(sp)
        ld      s11, 96(sp)
        addi    sp, sp, 112
        ret

        .macro  fp op, n
        \op     f\n, \n * 8(a0)
        .endm
        .macro  each_fp op
        .set    i, 0
        .rept   32
        .altmacro
        fp      \op, %i
        .noaltmacro
        .set    i, i + 1
        .endr
        .endm

        .globl  arch_fp_save
arch_fp_save:
        each_fp fsd
        csrr    t0, fcsr
        sd      t0, 256(a0)
        ret

        .globl  arch_fp_restore
arch_fp_restore:
        each_fp fld
        ld      t0, 256(a0)
        csrw    fcsr, t0
        ret

        .section .note.GNU-stack, "", @progbits
