/* SPDX-License-Identifier: MIT */
/*
 * Traps. The 68040 has two stack pointers that count here: the user's, and the supervisor's, onto
 * which every exception pushes its frame. If that push faults, the processor halts (the emulator
 * ends: "DOUBLE MMU FAULT"). So code whose stack may overflow into a hole must be on the user's:
 * kernel and processes both run in user mode, and in_process tells which. The master bit does not
 * help: faults push onto whichever of the two supervisor stacks is the current one.
 *
 *      from the kernel     struct regs on the trap stack; trap() runs there
 *      from a process      struct regs at the top of its kernel stack (trap_top); then the kernel's
 *                          page table; then trap() as a part of the kernel, in user mode: it may
 *                          wait. SERVICE_RETURN goes back.
 *
 * While an interrupt is being taken a higher one may come before the first instruction here: it is
 * served at once, as a trap from the supervisor, which belongs to the kernel.
 *
 *   void trap(struct regs *r);
 *   void arch_user_run(const struct regs *r, void **run_sp, uintptr_t *trap_top);
 *   void arch_user_leave(void *run_sp);
 *   void arch_fp_save(struct user_fp *fp);
 *   void arch_fp_restore(const struct user_fp *fp);
 *   void *__m68k_read_tp(void);        what the compiler calls for a thread-local variable
 */
#include "layout.h"

#define SUPERVISOR_BIT 5                /* in the status register's upper byte */

        .section .rodata, "a"
        .p2align 2
        .globl  vectors
vectors:
        .rept   33
        .long   trap_entry
        .endr
        .long   service_status, service_mask, service_wait, service_flush, service_space
        .long   service_return
        .rept   256 - 39
        .long   trap_entry
        .endr

        .text
        .macro  copy_regs from, to
        .rept   REGS_SIZE / 4
        move.l  (\from)+, (\to)+
        .endr
        .endm

        .p2align 2
trap_entry:
        move.w  #SR_OFF, %sr
        movem.l %d0-%d7/%a0-%a6, -(%sp)
        move.l  in_process, -(%sp)
        move.l  %usp, %a0
        move.l  %a0, -(%sp)
        btst    #SUPERVISOR_BIT, REGS_SR(%sp)
        jne     1f
        tst.l   REGS_USER(%sp)
        jne     from_process
1:      clr.l   REGS_USER(%sp)
        pea     (%sp)
        jsr     trap
        lea     REGS_D0 + 4(%sp), %sp
        movem.l (%sp)+, %d0-%d7/%a0-%a6
        rte

from_process:
        clr.l   in_process
        move.l  trap_top, %a1
        lea     -REGS_SIZE(%a1), %a1
        move.l  %a1, %usp
        move.l  %sp, %a0
        copy_regs %a0, %a1
        move.l  kernel_root, %d0
        movec   %d0, %urp
        pflusha
        lea     trap_stack_top, %sp
        clr.w   -(%sp)
        pea     process_trap
        move.w  #SR_MASK, -(%sp)
        rte

process_trap:
        sub.l   %a6, %a6                /* here the backtrace ends */
        pea     (%sp)
        jsr     trap
        addq.l  #4, %sp
        move.l  %sp, %a0
        trap    #SERVICE_RETURN

        .globl  arch_user_run
arch_user_run:
        movem.l %d2-%d7/%a2-%a6, -(%sp)
        move.l  48(%sp), %a0
        move.l  52(%sp), %a1
        move.l  %sp, (%a1)
        move.l  56(%sp), %a1
        move.l  %sp, (%a1)
        move.l  #SR_MASK, %d0
        trap    #SERVICE_MASK
        move.l  %sp, trap_top
        lea     -REGS_SIZE(%sp), %sp
        move.l  %sp, %a1
        copy_regs %a0, %a1
        move.l  %sp, %a0
        trap    #SERVICE_RETURN

        .globl  arch_user_leave
arch_user_leave:
        move.l  4(%sp), %sp
        movem.l (%sp)+, %d2-%d7/%a2-%a6
        rts

/* ---- services of the supervisor; a process that asks for one has made a mistake ------------- */

        .macro  service name
        .p2align 2
\name:  btst    #SUPERVISOR_BIT, (%sp)
        jne     1f
        tst.l   in_process
        jne     trap_entry
1:
        .endm

        service service_status
        move.w  (%sp), %d0
        rte

        service service_mask
        move.w  (%sp), %d1
        and.w   #~SR_MASK, %d1
        or.w    %d0, %d1
        move.w  %d1, (%sp)
        rte

        service service_wait
        stop    #SR_SUPERVISOR
        move.w  #SR_OFF, %sr
        rte

        service service_flush
        pflusha
        rte

        service service_space
        move.l  %d0, kernel_root
        movec   %d0, %srp
        movec   %d0, %urp
        moveq   #0, %d0
        movec   %d0, %dtt1              /* devices are in the tables, too */
        pflusha
        rte

        service service_return
        lea     trap_stack_top, %sp
        move.l  process_root, %d0
        movec   %d0, %urp
        pflusha
        move.l  REGS_SP(%a0), %a1
        move.l  %a1, %usp
        clr.w   -(%sp)
        move.l  REGS_PC(%a0), -(%sp)
        move.w  REGS_SR(%a0), %d0
        and.w   #0xff, %d0
        move.w  %d0, -(%sp)
        moveq   #1, %d0
        move.l  %d0, in_process
        movem.l REGS_D0(%a0), %d0-%d7/%a0-%a6
        rte

/* ---- floating point, the thread pointer ------------------------------------------------------ */

        .globl  arch_fp_save
arch_fp_save:
        move.l  4(%sp), %a0
        fmovem.x %fp0-%fp7, (%a0)
        fmovem.l %fpcr/%fpsr/%fpiar, 96(%a0)
        rts

        .globl  arch_fp_restore
arch_fp_restore:
        move.l  4(%sp), %a0
        fmovem.x (%a0), %fp0-%fp7
        fmovem.l 96(%a0), %fpcr/%fpsr/%fpiar
        rts

        .globl  __m68k_read_tp
__m68k_read_tp:
        move.l  thread_pointer, %a0
        rts

        .bss
        .p2align 2
        .globl  trap_top, process_root, thread_pointer
trap_top:                               /* of the process that is RUNNING */
        .skip   4
process_root:
        .skip   4
kernel_root:
        .skip   4
thread_pointer:
        .skip   4
in_process:
        .skip   4

        .section .note.GNU-stack, "", @progbits
