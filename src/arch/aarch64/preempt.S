/* SPDX-License-Identifier: MIT */
/*
 * faden__preempted on aarch64: a call of faden__preempted_yield between two instructions of a task
 * that does not know of it. sp points at a copy of the kernel's signal frame (interrupted.h lays
 * it), which has every register: x0-x30, sp, pc, the flags, v0-v31 or z0-z31, p0-p15 and FFR. No
 * register is free for a jump back, so the kernel does it: rt_sigreturn(2).
 */
#define FRAME_X0 312            /* siginfo, then the ucontext, then its registers */
#define FRAME_SP 560
#define FRAME_PC 568
#define SYS_RT_SIGRETURN 139

        .text
        .globl  faden__preempted
        .hidden faden__preempted
        .type   faden__preempted, %function
        .p2align 4
faden__preempted:
        .cfi_startproc
        .cfi_signal_frame       /* what is above was not called from: its pc is exact */
        .cfi_escape 0x0f, 4, 0x8f, 0xb0, 0x04, 0x06     /* CFA = [sp + FRAME_SP] */
        .cfi_escape 0x10, 29, 3, 0x8f, 0xa0, 0x04       /* x29 at sp + FRAME_X0 + 8 * 29 */
        .cfi_escape 0x10, 30, 3, 0x8f, 0xb8, 0x04       /* the pc at sp + FRAME_PC */
        hint    #36                                     /* bti j */
        bl      faden__preempted_yield
        mov     x8, #SYS_RT_SIGRETURN
        svc     #0
        brk     #0
        .cfi_endproc
        .size   faden__preempted, . - faden__preempted

        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5                /* NT_GNU_PROPERTY_TYPE_0 */
        .asciz  "GNU"
        .long   0xc0000000, 4, 1, 0     /* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI */
        .section .note.GNU-stack, "", %progbits
