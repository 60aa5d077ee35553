/* SPDX-License-Identifier: MIT */
/* Which trap it was, and whom it concerns. trap.S calls this with interrupts off. */
#include "trap.h"

#include "kernel.h"

enum { CAUSE_USER_CALL = 8, CALL_SIZE = 4 };

void trap(struct regs *r)
{
    if ((int64_t)r->cause < 0) {
        trap_interrupt(r, (unsigned)(r->cause & 0xff));
    } else if (r->cause == CAUSE_USER_CALL) {
        r->pc += CALL_SIZE;
        trap_call(r);
    } else {
        trap_fault(r);
    }
}
