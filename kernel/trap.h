/* SPDX-License-Identifier: MIT */
/*
 * Traps, when the instruction set's part has told what kind it is. All run with interrupts off, on
 * the stack that was interrupted or, from user mode, on the kernel stack of the process.
 *
 * A trap in the kernel never switches tasks: tasks of the kernel are cooperative. One from user
 * mode is the process's own call into the kernel, and may wait or yield.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include "arch.h"

void trap(struct regs *r); /* of the instruction set: called by trap.S, calls one of these */
void trap_fault(struct regs *r);
void trap_interrupt(struct regs *r, unsigned which);
void trap_call(struct regs *r);

/* Of the process that runs: its time slice may be over; it has faulted. */
void trap_preempt(struct regs *r);
void trap_user_fault(struct regs *r);

/* A fault in the kernel: say all there is and stop the machine. */
__attribute__((noreturn)) void fault_in_kernel(struct regs *r);

/* A timer or kick has interrupted `r`: has the time come for the report of a hang? */
void watchdog_look(const struct regs *r);

/* Print the functions that led to (pc, frame). */
void backtrace(uintptr_t pc, uintptr_t frame);
/* The function that `pc` lies in, and how far; NULL: none. */
const char *symbol_name(uintptr_t pc, size_t *offset);

#endif
