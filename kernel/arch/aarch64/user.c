/* SPDX-License-Identifier: MIT */
/* User mode on aarch64: registers, system calls (svc, the number in x8), floating point. */
#include "kernel.h"

enum { X_NUMBER = 8 };

struct call arch_call(const struct regs *r)
{
    return (struct call){r->x[X_NUMBER], {r->x[0], r->x[1], r->x[2]}};
}

void arch_call_result(struct regs *r, intptr_t result)
{
    r->x[0] = (uint64_t)result;
}

/* pstate 0 is EL0 with interrupts on. */
void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv)
{
    *r = (struct regs){.pc = pc, .sp = sp, .x = {argc, argv}};
}

void arch_fp_init(struct user_fp *fp)
{
    memset(fp, 0, sizeof *fp);
}
