/* SPDX-License-Identifier: MIT */
/*
 * Every hart begins here, in machine mode, at the physical address: a1 = the device tree. Hart 0 is
 * the boot processor; the others sleep until machine_processor_start sends them an interrupt.
 *
 * What stays in machine mode is m_trap: the timer and the software interrupt become the
 * supervisor's software interrupt. Everything else is delegated.
 *
 * Where the emulator runs one hart at a time, one that spins does not give way: there `pause` does
 * nothing, and only a hart that sleeps lets the others run. So there m_trap is asked for turns, and
 * gives them in a ring: the one hart that runs ends its turn by a software interrupt to the next
 * one, and sleeps in m_turn until it gets one itself, with nothing else enabled that could wake it.
 *
 * Nobody but the hart whose turn it is can run. So the clock, which is one for all, measures what
 * this hart does from where m_turn has read it, and the turn has instructions left for the
 * interrupted program when m_turn returns, as it takes less than a twentieth of the shortest one.
 * Where several harts are awake at a time this does not hold: the emulator goes on with the next
 * one whenever a timer is set that is the first to come, as the end of a turn mostly is, and by the
 * time that the hart is back its turn is over, again and again.
 */
#include "layout.h"

        .section .boot, "ax"
        .globl  start
start:
        csrw    mie, zero
        csrr    s0, mhartid
        li      t0, HARTS
        bgeu    s0, t0, park
        la      t0, m_areas
        slli    t1, s0, M_SHIFT
        add     t0, t0, t1
        csrw    mscratch, t0
        li      t1, CLINT + CLINT_TIMER
        slli    t2, s0, 3
        add     t1, t1, t2
        sd      t1, M_COMPARE(t0)
        li      t2, -1
        sd      t2, 0(t1)
        sd      t2, M_DEADLINE(t0)
        li      t1, CLINT
        slli    t2, s0, 2
        add     t1, t1, t2
        sd      t1, M_MSIP(t0)
        la      t0, m_trap
        csrw    mtvec, t0
        la      s1, hart_starts
        slli    t1, s0, HART_SHIFT
        add     s1, s1, t1
        beqz    s0, boot
        /* wait to be started */
        li      t0, 1 << 3
        csrs    mie, t0                 /* a software interrupt is pending: wfi ends */
1:      wfi
        ld      t0, HART_ENTRY(s1)
        beqz    t0, 1b
        fence
        ld      sp, HART_SP(s1)
        ld      tp, HART_TP(s1)
        ld      a0, HART_ARG(s1)
        ld      t2, HART_ROOT(s1)
        ld      t3, HART_ENTRY(s1)
        csrr    t0, mscratch
        ld      t0, M_MSIP(t0)
        sw      zero, 0(t0)             /* that interrupt is taken */
        j       supervisor

        /* The first tables: gigabytes. Devices and memory in the direct map, memory where the
           kernel is linked. */
boot:   la      t2, boot_root
        li      t0, 0xcf                /* valid, read, write, execute, accessed, dirty */
        li      t1, 256 * 8
        add     t1, t1, t2
        sd      t0, 0(t1)
        li      t0, 0xcf | (0x80000000 >> 2)
        li      t1, 258 * 8
        add     t1, t1, t2
        sd      t0, 0(t1)
        li      t1, 510 * 8
        add     t1, t1, t2
        sd      t0, 0(t1)
        li      t1, KERNEL_BASE
        la      sp, boot_stack_top
        add     sp, sp, t1
        la      t3, kernel_start
        add     t3, t3, t1
        mv      a0, a1

        /* t2 = root (physical), t3 = where to go on */
supervisor:
        srli    t2, t2, 12
        li      t0, SATP_SV39
        or      t2, t2, t0
        csrw    satp, t2
        sfence.vma
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f                /* all memory, everything */
        csrw    pmpcfg0, t0
        li      t0, 0xb1ff              /* exceptions but calls from supervisor mode */
        csrw    medeleg, t0
        li      t0, 0x222
        csrw    mideleg, t0
        li      t0, 7
        csrw    mcounteren, t0
        csrw    scounteren, zero
        li      t0, (1 << 7) | (1 << 3)
        csrw    mie, t0
        li      t0, SIE_SOFTWARE | SIE_EXTERNAL
        csrs    sie, t0
        li      t0, 3 << 11
        csrc    mstatus, t0
        li      t0, (1 << 11) | SSTATUS_FS      /* mret goes to supervisor mode */
        csrs    mstatus, t0
        csrw    mepc, t3
        li      s0, 0                   /* here the backtrace ends */
        li      ra, 0
        mret

park:   wfi
        j       park

        .p2align 2
m_trap:
        csrrw   a0, mscratch, a0
        sd      a1, M_A1(a0)
        sd      a2, M_A2(a0)
        csrr    a1, mcause
        bgez    a1, m_call
        andi    a1, a1, 7
        li      a2, 7
        bne     a1, a2, 1f
        ld      a2, M_TURN(a0)
        bnez    a2, m_turn
        ld      a1, M_COMPARE(a0)       /* the timer: not again */
        li      a2, -1
        sd      a2, 0(a1)
        j       2f
1:      ld      a1, M_MSIP(a0)
        sw      zero, 0(a1)
2:      li      a1, SIE_SOFTWARE
        csrs    mip, a1
m_back: ld      a1, M_A1(a0)
        ld      a2, M_A2(a0)
        csrrw   a0, mscratch, a0
        mret

        /* The supervisor gives way by a call. */
m_call: li      a2, 9
        bne     a1, a2, m_fault
        csrr    a1, mepc
        addi    a1, a1, 4
        csrw    mepc, a1

        /* A turn is over. The next one ends by the timer, or when what the supervisor has set the
           timer for is due. */
m_turn: sd      a3, M_A3(a0)
        csrr    a3, mie
        li      a1, 1 << 3
        csrw    mie, a1
        ld      a1, M_NEXT(a0)
        li      a2, 1
        sw      a2, 0(a1)
        ld      a1, M_MSIP(a0)
1:      wfi
        lw      a2, 0(a1)
        beqz    a2, 1b
        sw      zero, 0(a1)
        csrw    mie, a3
        li      a1, CLINT + CLINT_NOW
        ld      a1, 0(a1)
        ld      a2, M_KICKED(a0)
        sd      zero, M_KICKED(a0)
        ld      a3, M_DEADLINE(a0)
        bltu    a1, a3, 2f
        li      a2, SIE_SOFTWARE
        li      a3, -1
        sd      a3, M_DEADLINE(a0)
2:      csrs    mip, a2
        ld      a2, M_TURN(a0)
        add     a1, a1, a2
        bgeu    a3, a1, 3f
        mv      a1, a3
3:      ld      a2, M_COMPARE(a0)
        sd      a1, 0(a2)
        ld      a3, M_A3(a0)
        j       m_back

m_fault:                                /* in machine mode: the test device ends all */
        li      a1, 0x100000
        li      a2, (99 << 16) | 0x3333
        sw      a2, 0(a1)
        j       m_fault

        .bss
        .p2align 12
        .globl  boot_guard, boot_stack_top, hart_starts, m_areas
boot_root:
        .skip   4096
boot_guard:                             /* kernel/space.c leaves this page out */
        .skip   4096
        .skip   BOOT_STACK_SIZE
boot_stack_top:
        .p2align M_SHIFT
m_areas:
        .skip   (1 << M_SHIFT) * HARTS
        .p2align HART_SHIFT
hart_starts:
        .skip   (1 << HART_SHIFT) * HARTS

        .section .note.GNU-stack, "", @progbits
