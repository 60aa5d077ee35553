/* SPDX-License-Identifier: MIT */
/*
 * Where the boot processor begins: PVH (the note below), 32-bit protected mode, no paging,
 * ebx = the physical address of the start information.
 *
 * It turns on paging with tables that map the first gigabyte where it is (for these instructions)
 * and at the direct map, and the beginning of it at the kernel's own addresses; then it goes up
 * there. kernel/space.c replaces these tables.
 */
#include "layout.h"

#define PHYSICAL(symbol) ((symbol) - KERNEL_BASE)
#define LARGE 0x83                      /* present, writable, 2 MiB */
#define KERNEL_SLOT ((KERNEL_BASE >> 21) & 511)
#define KERNEL_PAGES ((DEVICES_BASE - KERNEL_BASE) >> 21)

        .section .note.pvh, "a", @note
        .long   4, 4, 18                /* name size, descriptor size, XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .long   PHYSICAL(start)

        .section .boot, "ax"
        .globl  start
start:
        cld
        mov     $PHYSICAL(boot_stack_top), %esp
        mov     %ebx, %esi
        /* the tables */
        mov     $PHYSICAL(boot_pd), %edi
        mov     $LARGE, %eax
1:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        add     $0x200000, %eax
        cmp     $(BOOT_MAPPED + LARGE), %eax
        jne     1b
        mov     $PHYSICAL(boot_pd_kernel) + KERNEL_SLOT * 8, %edi
        mov     $LARGE, %eax
        mov     $KERNEL_PAGES, %ecx
1:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        add     $0x200000, %eax
        loop    1b
        movl    $PHYSICAL(boot_pd) + 1, PHYSICAL(boot_pdpt)
        movl    $PHYSICAL(boot_pd) + 1, PHYSICAL(boot_pdpt) + (DIRECT_BASE >> 30) * 8
        movl    $PHYSICAL(boot_pd_kernel) + 1, PHYSICAL(boot_pdpt) + (KERNEL_BASE >> 30) * 8
        mov     $start_high, %edi
        jmp     paging

/*
 * From 32-bit mode without paging to the linked address edi with the tables of the boot. Other
 * processors come this way too. esi stays.
 */
paging:
        mov     $PHYSICAL(boot_pdpt), %eax
        mov     %eax, %cr3
        mov     %cr4, %eax
        or      $(CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
        mov     %eax, %cr4
        mov     $0x80000000, %eax       /* does it have NX? */
        cpuid
        cmp     $0x80000001, %eax
        jb      1f
        mov     $0x80000001, %eax
        cpuid
        test    $(1 << 20), %edx
        jz      1f
        mov     $MSR_EFER, %ecx
        rdmsr
        or      $EFER_NXE, %eax
        wrmsr
1:      mov     $(CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG), %eax
        mov     %eax, %cr0
        jmp     *%edi

        .text
start_high:
        mov     $boot_stack_top, %esp
        xor     %ebp, %ebp
        sub     $12, %esp
        push    %esi                    /* kernel_start(physical address of the start info) */
        push    $0                      /* here the backtrace ends */
        jmp     kernel_start

/*
 * Where another processor begins, in real mode: copied to a page below the first megabyte. It turns
 * on paging with the tables of the boot, then loads the kernel's.
 */
        .section .rodata
        .globl  trampoline_begin, trampoline_end
        .code16
trampoline_begin:
        cli
        mov     %cs, %ax
        mov     %ax, %ds
        lgdtl   trampoline_gdt - trampoline_begin
        mov     $(CR0_PE | CR0_ET), %eax
        mov     %eax, %cr0
        ljmpl   $SELECTOR_CODE, $PHYSICAL(processor_32)
        .p2align 3
trampoline_gdt:
        .word   3 * 8 - 1
        .long   PHYSICAL(boot_gdt)
trampoline_end:

        .section .boot
        .code32
        .p2align 3
boot_gdt:
        .quad   0, 0x00cf9a000000ffff, 0x00cf92000000ffff
processor_32:
        mov     $SELECTOR_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     $processor_high, %edi
        jmp     paging
        .text
processor_high:
        mov     trampoline_start, %eax
        mov     %eax, %cr3
        mov     trampoline_start + 8, %esp
        xor     %ebp, %ebp
        mov     %ebp, %fs
        sub     $12, %esp
        push    trampoline_start + 16
        call    arch_thread_pointer
        mov     trampoline_start + 24, %eax
        mov     %eax, (%esp)
        push    $0                      /* here the backtrace ends */
        jmp     processor_main

        .bss
        .globl  trampoline_start
        .p2align 3
trampoline_start:
        .skip   32
        .p2align 12
        .globl  boot_guard, boot_stack_top
boot_pdpt:
        .skip   4096
boot_pd:
        .skip   4096
boot_pd_kernel:
        .skip   4096
boot_guard:                             /* kernel/space.c leaves this page out */
        .skip   4096
        .skip   BOOT_STACK_SIZE
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
