/* SPDX-License-Identifier: MIT */
/* User mode on riscv64: registers, system calls (ecall, the number in a7), floating point. */
#include "kernel.h"

struct call arch_call(const struct regs *r)
{
    return (struct call){r->x[X_A7], {r->x[X_A0], r->x[X_A1], r->x[X_A2]}};
}

void arch_call_result(struct regs *r, intptr_t result)
{
    r->x[X_A0] = (uint64_t)result;
}

void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv)
{
    uint64_t status = csr_read("sstatus") & ~(uint64_t)(SSTATUS_SPP | SSTATUS_SIE);
    *r = (struct regs){.pc = pc, .status = status | SSTATUS_SPIE | SSTATUS_FS};
    r->x[X_SP] = sp;
    r->x[X_A0] = argc;
    r->x[X_A1] = argv;
}

void arch_fp_init(struct user_fp *fp)
{
    memset(fp, 0, sizeof *fp);
}
