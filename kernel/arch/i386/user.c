/* SPDX-License-Identifier: MIT */
/* User mode on i386: registers, system calls (int 0x80), floating point. */
#include "kernel.h"
#include "processor.h"

struct call arch_call(const struct regs *r)
{
    return (struct call){r->eax, {r->ebx, r->ecx, r->edx}};
}

void arch_call_result(struct regs *r, intptr_t result)
{
    r->eax = (uint32_t)result;
}

/* The program pushes argc and argv itself (user/i386.S). */
void arch_user_regs(struct regs *r, uintptr_t pc, uintptr_t sp, uintptr_t argc, uintptr_t argv)
{
    *r = (struct regs){
        .eip = pc,
        .cs = SELECTOR_USER_CODE,
        .ds = SELECTOR_USER_DATA,
        .es = SELECTOR_USER_DATA,
        .ss = SELECTOR_USER_DATA,
        .eflags = FLAGS_FIXED | FLAGS_IF,
        .esp = sp,
        .eax = argc,
        .edx = argv,
    };
}

void arch_fp_init(struct user_fp *fp)
{
    fp_fresh(fp);
}

void arch_fp_save(struct user_fp *fp)
{
    __asm__ volatile("fxsave %0" : "=m"(*fp));
}

void arch_fp_restore(const struct user_fp *fp)
{
    __asm__ volatile("fxrstor %0" ::"m"(*fp));
}
