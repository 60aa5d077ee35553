/* SPDX-License-Identifier: MIT */
/* Which trap it was, and whom it concerns. trap.S calls this with interrupts off. */
#include "trap.h"

#include "base/assert.h"
#include "kernel.h"

enum { VECTOR_SPURIOUS = 24, VECTOR_LEVEL_7 = 31, VECTOR_TRAP_0 = 32 };

void trap(struct regs *r)
{
    unsigned vector = regs_vector(r);
    ASSERT(!irq_enabled(), "a trap, and a higher interrupt may come");
    if (vector > VECTOR_SPURIOUS && vector <= VECTOR_LEVEL_7)
        trap_interrupt(r, vector - VECTOR_SPURIOUS);
    else if (vector == VECTOR_TRAP_0 && regs_from_user(r))
        trap_call(r);
    else
        trap_fault(r);
}
