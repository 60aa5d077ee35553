/* SPDX-License-Identifier: MIT */
/* Which trap it was, and whom it concerns. trap.S calls this with interrupts off. */
#include "kernel.h"
#include "machine.h"
#include "trap.h"

enum { EXCEPTIONS = 32 };

void trap(struct regs *r)
{
    if (r->vector == VECTOR_CALL)
        trap_call(r);
    else if (r->vector < EXCEPTIONS)
        trap_fault(r);
    else
        trap_interrupt(r, (unsigned)r->vector);
}
