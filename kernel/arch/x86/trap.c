/* SPDX-License-Identifier: MIT */
/* Which trap it was, and whom it concerns, on x86-64 and i386. trap.S calls this with interrupts
   off. */
#include "kernel.h"
#include "machine.h"
#include "trap.h"

enum { DOUBLE_FAULT = 8, PAGE_FAULT = 14, EXCEPTIONS = 32 };

void trap(struct regs *r)
{
    if (r->vector == VECTOR_CALL)
        trap_call(r);
    else if (r->vector < EXCEPTIONS)
        trap_fault(r);
    else
        trap_interrupt(r, (unsigned)r->vector);
}

const char *arch_trap_name(const struct regs *r)
{
    static const char *const names[] = {"divide error",
                                        "debug",
                                        "NMI",
                                        "breakpoint",
                                        "overflow",
                                        "bound range",
                                        "invalid opcode",
                                        "no coprocessor",
                                        "double fault",
                                        "coprocessor overrun",
                                        "invalid TSS",
                                        "segment not present",
                                        "stack fault",
                                        "general protection",
                                        "page fault",
                                        "reserved",
                                        "x87 error",
                                        "alignment check",
                                        "machine check",
                                        "SIMD error"};
    return r->vector < sizeof names / sizeof *names ? names[r->vector] : "unexpected interrupt";
}

uintptr_t arch_fault_address(const struct regs *r)
{
    uintptr_t address;
    if (r->vector != PAGE_FAULT && r->vector != DOUBLE_FAULT)
        return 0;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    return address;
}
