/* SPDX-License-Identifier: MIT */
/* User mode on x86-64: registers, system calls (int 0x80), floating point. */
#include "kernel.h"
#include "processor.h"

struct call arch_call(const struct regs *r)
{
    return (struct call){r->rax, {r->rdi, r->rsi, r->rdx}};
}

void arch_call_result(struct regs *r, intptr_t result)
{
    r->rax = (uint64_t)result;
}

/* As if called: sp + 8 is a multiple of 16. */
void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv)
{
    *r = (struct regs){
        .rip = pc,
        .cs = SELECTOR_USER_CODE,
        .ss = SELECTOR_USER_DATA,
        .rflags = FLAGS_FIXED | FLAGS_IF,
        .rsp = sp - 8,
        .rdi = argc,
        .rsi = argv,
    };
}

void arch_fp_init(struct user_fp *fp)
{
    fp_fresh(fp);
}

void arch_fp_save(struct user_fp *fp)
{
    __asm__ volatile("fxsave64 %0" : "=m"(*fp));
}

void arch_fp_restore(const struct user_fp *fp)
{
    __asm__ volatile("fxrstor64 %0" ::"m"(*fp));
}
