/* SPDX-License-Identifier: MIT */
/*
 * Where the boot processor begins: PVH (the note below), 32-bit protected mode, no paging,
 * ebx = the physical address of the start information.
 *
 * It turns on paging with tables that map the first gigabyte three times: where it is (for these
 * instructions), at the direct map and at the kernel's own addresses; then it goes up there.
 * kernel/space.c replaces these tables.
 */
#include "layout.h"

#define PHYSICAL(symbol) ((symbol) - KERNEL_BASE)

        .section .note.pvh, "a", @note
        .long   4, 4, 18                /* name size, descriptor size, XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .long   PHYSICAL(start)

        .section .boot, "ax"
        .code32
        .globl  start
start:
        cld
        mov     $PHYSICAL(boot_stack_top), %esp
        mov     %ebx, %esi
        /* the tables */
        mov     $PHYSICAL(boot_pd), %edi
        mov     $0x83, %eax             /* present, writable, 2 MiB */
1:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        add     $0x200000, %eax
        cmp     $(0x40000000 + 0x83), %eax
        jne     1b
        movl    $PHYSICAL(boot_pd) + 3, PHYSICAL(boot_pdpt)
        movl    $PHYSICAL(boot_pd) + 3, PHYSICAL(boot_pdpt) + 510 * 8
        movl    $PHYSICAL(boot_pdpt) + 3, PHYSICAL(boot_pml4)
        movl    $PHYSICAL(boot_pdpt) + 3, PHYSICAL(boot_pml4) + 256 * 8
        movl    $PHYSICAL(boot_pdpt) + 3, PHYSICAL(boot_pml4) + 511 * 8
        mov     $PHYSICAL(boot_pml4), %eax
        mov     $PHYSICAL(start_high), %edx
        call    long_mode
        /* not reached */

/*
 * From 32-bit mode without paging into 64-bit mode: eax = the page table, edx = where to go on (its
 * physical address; there rsp and the segments are not usable yet). Other processors come this way
 * too.
 */
        .globl  long_mode
long_mode:
        mov     %eax, %cr3
        mov     %cr4, %eax
        or      $(CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
        mov     %eax, %cr4
        mov     $MSR_EFER, %ecx
        mov     %edx, %edi
        rdmsr
        or      $(EFER_LME | EFER_NXE), %eax
        wrmsr
        mov     $(CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG), %eax
        mov     %eax, %cr0
        lgdt    PHYSICAL(boot_gdt_pointer)
        pushl   $8
        push    %edi
        lret

        .p2align 3
boot_gdt:
        .quad   0, 0x00af9a000000ffff, 0x00cf92000000ffff, 0x00cf9a000000ffff
boot_gdt_pointer:
        .word   . - boot_gdt - 1
        .long   PHYSICAL(boot_gdt)

        .code64
start_high:
        mov     $2f, %rax
        jmp     *%rax
        .text
2:      mov     $boot_stack_top, %rsp
        xor     %ebp, %ebp
        mov     %ebp, %ds
        mov     %ebp, %es
        mov     %ebp, %fs
        mov     %ebp, %gs
        mov     %ebp, %ss
        mov     %esi, %edi              /* kernel_start(physical address of the start info) */
        push    $0                      /* here the backtrace ends */
        jmp     kernel_start

/*
 * Where another processor begins, in real mode: copied to a page below the first megabyte. It goes
 * through long_mode with the tables of the boot, then loads the kernel's.
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
        ljmpl   $0x18, $PHYSICAL(processor_32)
        .p2align 3
trampoline_gdt:
        .word   4 * 8 - 1
        .long   PHYSICAL(boot_gdt)
trampoline_end:

        .section .boot
        .code32
processor_32:
        mov     $0x10, %eax
        mov     %eax, %ds
        mov     %eax, %ss
        mov     $PHYSICAL(trampoline_stack_top), %esp
        mov     $PHYSICAL(boot_pml4), %eax
        mov     $PHYSICAL(processor_high), %edx
        jmp     long_mode
        .code64
processor_high:
        mov     $2f, %rax
        jmp     *%rax
        .text
2:      mov     trampoline_start(%rip), %rax
        mov     %rax, %cr3
        mov     trampoline_start + 8(%rip), %rsp
        xor     %ebp, %ebp
        mov     %ebp, %ds
        mov     %ebp, %es
        mov     %ebp, %fs
        mov     %ebp, %gs
        mov     %ebp, %ss
        mov     trampoline_start + 16(%rip), %eax
        mov     trampoline_start + 20(%rip), %edx
        mov     $MSR_FS_BASE, %ecx
        wrmsr
        mov     trampoline_start + 24(%rip), %rdi
        push    $0                      /* here the backtrace ends */
        jmp     processor_main

        .bss
        .globl  trampoline_start
        .p2align 3
trampoline_start:
        .skip   32
        .skip   64
trampoline_stack_top:                   /* one processor starts at a time */
        .p2align 12
        .globl  boot_pml4, boot_guard, boot_stack_top
boot_pml4:
        .skip   4096
boot_pdpt:
        .skip   4096
boot_pd:
        .skip   4096
boot_guard:                             /* kernel/space.c leaves this page out */
        .skip   4096
        .skip   BOOT_STACK_SIZE
boot_stack_top:

        .section .note.GNU-stack, "", @progbits
