/* SPDX-License-Identifier: MIT */
/* What x86-64 and i386 have in common, for assembly too: bits of the registers, vectors. */
#ifndef KERNEL_ARCH_X86_REGISTERS_H
#define KERNEL_ARCH_X86_REGISTERS_H

#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)
#define CR0_ET (1 << 4)
#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16)
#define CR0_PG (1 << 31)
#define CR4_PAE (1 << 5)
#define CR4_PGE (1 << 7)
#define CR4_OSFXSR (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_SMEP (1 << 20)
#define CR4_SMAP (1 << 21)
#define MSR_EFER 0xc0000080
#define MSR_FS_BASE 0xc0000100
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)

/* Vectors beyond those of the processor. */
#define VECTOR_TIMER 0x20
#define VECTOR_KICK 0x21
#define VECTOR_SERIAL 0x24
#define VECTOR_KEYBOARD 0x25
#define VECTOR_CALL 0x80
#define VECTOR_SPURIOUS 0xff

#endif
