/* SPDX-License-Identifier: MIT */
/*
 * The processor begins here, at the physical address, without paging. The first tables map the
 * first BOOT_MAPPED bytes of memory twice, in the direct map and where the kernel is linked; while
 * they are loaded a transparent translation keeps us where we are, and another one is for devices.
 */
#include "layout.h"

#define LOADED(name) (name - KERNEL_BASE)
#define ROOT_SIZE 0x2000000             /* what an entry of the root covers */
#define ROOT_SLOT(address) ((address) >> 25 & 127)
#define TRANSPARENT_LOW 0x007fc000      /* 0 to 0x7fffffff */
#define TRANSPARENT_DEVICES 0xff00c040  /* 0xff000000 to the end, serialized */
#define PAGING 0x8000

        .section .boot, "ax"
        .globl  start
start:
        move.w  #SR_OFF, %sr
        lea     LOADED(boot_pages), %a0
        move.l  #PAGE_FLAGS, %d0
        move.w  #BOOT_MAPPED / PAGE_SIZE - 1, %d1
1:      move.l  %d0, (%a0)+
        add.l   #PAGE_SIZE, %d0
        dbra    %d1, 1b
        lea     LOADED(boot_pointers), %a0
        move.l  #LOADED(boot_pages) + TABLE_FLAGS, %d0
        move.w  #BOOT_MAPPED / PAGE_SIZE / 64 - 1, %d1
2:      move.l  %d0, (%a0)+
        add.l   #256, %d0
        dbra    %d1, 2b
        lea     LOADED(boot_root), %a0
        move.l  #LOADED(boot_pointers) + TABLE_FLAGS, %d0
        moveq   #BOOT_MAPPED / ROOT_SIZE - 1, %d1
        lea     4 * ROOT_SLOT(DIRECT_BASE)(%a0), %a1
        lea     4 * ROOT_SLOT(KERNEL_BASE)(%a0), %a2
3:      move.l  %d0, (%a1)+
        move.l  %d0, (%a2)+
        add.l   #512, %d0
        dbra    %d1, 3b
        movec   %a0, %srp
        movec   %a0, %urp
        move.l  #TRANSPARENT_LOW, %d0
        movec   %d0, %itt0
        movec   %d0, %dtt0
        moveq   #0, %d0
        movec   %d0, %itt1
        move.l  #TRANSPARENT_DEVICES, %d0
        movec   %d0, %dtt1
        pflusha
        move.l  #PAGING, %d0
        movec   %d0, %tc
        jmp     high

        .text
high:   moveq   #0, %d0
        movec   %d0, %itt0
        movec   %d0, %dtt0
        pflusha
        lea     vectors, %a0
        movec   %a0, %vbr
        lea     trap_stack_top, %sp
        lea     boot_stack_top, %a0
        move.l  %a0, %usp
        clr.w   -(%sp)                  /* to user mode, interrupts off */
        pea     begin
        move.w  #SR_MASK, -(%sp)
        rte

begin:  sub.l   %a6, %a6                /* here the backtrace ends */
        pea     LOADED(kernel_end)      /* where the emulator has laid what it tells */
        jsr     kernel_start

        .bss
        .p2align 12
boot_pages:
        .skip   BOOT_MAPPED / PAGE_SIZE * 4
boot_pointers:
        .skip   BOOT_MAPPED / ROOT_SIZE * 512
boot_root:
        .skip   512
        .globl  trap_stack_top
        .p2align 4
        .skip   TRAP_STACK_SIZE
trap_stack_top:
        .skip   REGS_TAIL
        .p2align 12
        .globl  boot_guard, boot_stack_top
boot_guard:                             /* kernel/space.c leaves this page out */
        .skip   4096
        .skip   BOOT_STACK_SIZE
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
