/* SPDX-License-Identifier: MIT */
/* User mode on m68k: registers, system calls (trap #0, the number in d0, arguments in d1 to d3),
   floating point. */
#include "kernel.h"

struct call arch_call(const struct regs *r)
{
    return (struct call){r->d[0], {r->d[1], r->d[2], r->d[3]}};
}

void arch_call_result(struct regs *r, intptr_t result)
{
    r->d[0] = (uint32_t)result;
}

void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv)
{
    *r = (struct regs){.pc = pc, .sp = sp, .user = 1, .d = {argc, argv}};
}

void arch_fp_init(struct user_fp *fp)
{
    memset(fp, 0, sizeof *fp);
}
