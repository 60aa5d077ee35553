/* SPDX-License-Identifier: MIT */
/*
 * Every processor begins here, in EL1 with paging off, at the physical address: the boot processor
 * in `start`, the others in `start_processor` when PSCI turns them on.
 *
 * The kernel runs with SPSel = 0: sp is SP_EL0. Traps come with SP_EL1 (trap.S).
 */
#include "layout.h"

        .section .boot, "ax"
        .globl  start, start_processor, boot_leave
start:
        adrp    x0, boot_root
        mov     x4, x0
        bl      paging
        mov     x0, #FDT
        ldr     x1, =kernel_start
        ldr     x2, =boot_stack_top
        mov     x3, #0
        b       upper

        /* x0 = struct start, physical */
start_processor:
        mov     x19, x0
        ldr     x4, [x19, #START_ROOT]
        mov     x0, x4
        bl      paging
        ldr     x0, [x19, #START_ARG]
        ldr     x1, [x19, #START_ENTRY]
        ldp     x2, x3, [x19, #START_SP]

        /* Go on where we are linked, at x1(x0), sp = x2, thread pointer x3, root x4. */
upper:  ldr     x5, =1f
        br      x5
1:      msr     ttbr0_el1, x4
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        msr     spsel, #0
        mov     sp, x2
        msr     tpidr_el0, x3
        mov     x29, #0                 /* here the backtrace ends */
        mov     x30, #0
        br      x1

        /* Paging on, with the kernel's half of the root x0, and boot_root for the lower one. Keeps
           x4 and x19. */
paging: adrp    x1, boot_root
        msr     ttbr0_el1, x1
        add     x0, x0, #ROOT_HALF
        msr     ttbr1_el1, x0
        mov     x1, #MAIR_NORMAL | MAIR_DEVICE << 8
        msr     mair_el1, x1
        mrs     x2, id_aa64mmfr0_el1
        and     x2, x2, #15
        mov     x3, #PHYSICAL_48
        cmp     x2, x3
        csel    x2, x2, x3, lo
        ldr     x1, =TCR_0 + TCR_1
        bfi     x1, x2, #TCR_IPS_SHIFT, #3
        msr     tcr_el1, x1
        mov     x1, #CPACR_FP
        msr     cpacr_el1, x1
        msr     cntkctl_el1, xzr        /* the clock is ours */
        isb
        tlbi    vmalle1
        ic      iallu
        dsb     nsh
        isb
        ldr     x1, =SCTLR
        msr     sctlr_el1, x1
        isb
        ret

        /* void boot_leave(uint64_t root); TTBR1 to that of `root`. Called at its physical address,
           where boot_root in TTBR0 maps it: for a moment there is no upper half, so that no
           translation of the old tables meets one of the new ones. */
boot_leave:
        mrs     x1, tcr_el1
        orr     x2, x1, #TCR_NO_WALK_1
        msr     tcr_el1, x2
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        add     x0, x0, #ROOT_HALF
        msr     ttbr1_el1, x0
        msr     tcr_el1, x1
        isb
        ret
        .ltorg

        /* The first tables: gigabytes. Devices and memory in the direct map and, for the moment
           when paging begins, at their own addresses; memory where the kernel is linked. */
#define TABLE 3
#define BLOCK (1 | 1 << 10)
#define NORMAL (BLOCK | 3 << 8 | 1 << 54)
#define DEVICE (BLOCK | 1 << 2 | 1 << 53 | 1 << 54)

        .section .rodata
        .globl  boot_root
        .p2align 12
boot_root:
        .quad   boot_direct - KERNEL_BASE + TABLE
        .skip   ROOT_HALF - 8
        .quad   boot_direct - KERNEL_BASE + TABLE
        .skip   ROOT_HALF - 16
        .quad   boot_kernel - KERNEL_BASE + TABLE
boot_direct:
        .quad   DEVICE
        .quad   0x40000000 + NORMAL
        .skip   4096 - 16
boot_kernel:
        .skip   4096 - 8
        .quad   0x40000000 + NORMAL

        .bss
        .p2align 12
        .globl  boot_guard, boot_stack_top
boot_guard:                             /* kernel/space.c leaves this page out */
        .skip   4096
        .skip   BOOT_STACK_SIZE
boot_stack_top:

        .section .note.GNU-stack, "", %progbits
