/* SPDX-License-Identifier: MIT */
/* Which trap it was, and whom it concerns. trap.S calls this with interrupts off. */
#include "trap.h"

#include "kernel.h"

enum { CLASS_CALL = 0x15, CLASS_SHIFT = 26 };

void trap(struct regs *r)
{
    if (r->kind == KIND_IRQ)
        trap_interrupt(r, 0);
    else if (r->kind == KIND_SYNC && r->esr >> CLASS_SHIFT == CLASS_CALL && regs_from_user(r))
        trap_call(r);
    else
        trap_fault(r);
}
