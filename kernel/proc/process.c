/* SPDX-License-Identifier: MIT */
#include "kernel.h"
#include "trap.h"

void trap_preempt(struct regs *r)
{
}

void trap_user_fault(struct regs *r)
{
    fault_in_kernel(r);
}

void trap_call(struct regs *r)
{
    fault_in_kernel(r);
}
