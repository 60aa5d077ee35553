/* SPDX-License-Identifier: MIT */
/* A hart's area for traps, its thread pointer, and traps in words. */
#include "kernel.h"
#include "processor.h"

enum { FAULT_STACK_SIZE = 1 << FAULT_STACK_SHIFT };

static struct area {
    uint64_t sp, t1;
    void *tp;
    uintptr_t trap_top;
    char *fault_top;
} areas[PROCESSORS_MAX];
_Static_assert(offsetof(struct area, fault_top) == AREA_FAULT_TOP, "layout.h");

static char fault_stacks[PROCESSORS_MAX][FAULT_STACK_SIZE] __attribute__((aligned(16)));
extern char trap_entry[];

/* The supervisor cannot execute user pages, and without SUM not access them. */
void arch_processor_init(struct processor *p)
{
    struct area *a = &areas[p->index];
    a->tp = p->tp;
    a->fault_top = fault_stacks[p->index] + FAULT_STACK_SIZE;
    csr_write("sscratch", a);
    csr_write("stvec", trap_entry);
}

void arch_trap_stack(uintptr_t trap_top)
{
    areas[this_processor->index].trap_top = trap_top;
}

/* The RISC-V ABI: the thread pointer points to the block's beginning. */
void *arch_tls_lay(char *block)
{
    memset(block, 0, tls_bytes());
    memcpy(block, tdata_begin, (size_t)(tdata_end - tdata_begin));
    return block;
}

void arch_thread_pointer(void *tp)
{
    __asm__ volatile("mv tp, %0" ::"r"(tp));
}

bool arch_thread_pointer_is(const void *tp)
{
    const void *now;
    __asm__ volatile("mv %0, tp" : "=r"(now));
    return now == tp;
}

/* The frame pointer is the stack pointer at the call: below it lie ra and the one before. */
uintptr_t arch_frame_next(uintptr_t frame, uintptr_t *pc)
{
    const uintptr_t *above = (const uintptr_t *)frame;
    *pc = above[-1];
    return above[-2];
}

/* ---- traps in words ---------------------------------------------------------------------- */

enum { CAUSE_PAGE_FIRST = 12, CAUSE_ACCESS_LOAD = 5, CAUSE_ACCESS_STORE = 7 };

const char *arch_trap_name(const struct regs *r)
{
    static const char *const names[] = {"misaligned jump",
                                        "instruction access fault",
                                        "illegal instruction",
                                        "breakpoint",
                                        "misaligned load",
                                        "load access fault",
                                        "misaligned store",
                                        "store access fault",
                                        "user call",
                                        "supervisor call",
                                        "reserved",
                                        "machine call",
                                        "page fault",
                                        "page fault",
                                        "reserved",
                                        "page fault"};
    return r->cause < sizeof names / sizeof *names ? names[r->cause] : "unexpected interrupt";
}

uintptr_t arch_fault_address(const struct regs *r)
{
    bool page = r->cause >= CAUSE_PAGE_FIRST && r->cause <= 15;
    return page || r->cause == 1 || r->cause == CAUSE_ACCESS_LOAD || r->cause == CAUSE_ACCESS_STORE
               ? r->value
               : 0;
}

void arch_print_regs(const struct regs *r)
{
    static const char *const names[] = {"ra", "sp",  "gp",  "tp", "t0", "t1", "t2", "s0",
                                        "s1", "a0",  "a1",  "a2", "a3", "a4", "a5", "a6",
                                        "a7", "s2",  "s3",  "s4", "s5", "s6", "s7", "s8",
                                        "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    print("  pc  %016lx  sstatus %016lx  scause %lx  stval %016lx\n", r->pc, r->status, r->cause,
          r->value);
    for (unsigned i = 0; i < X_COUNT; i++)
        print("  %-3s %016lx%s", names[i], r->x[i], i % 4 == 3 || i == X_COUNT - 1 ? "\n" : "");
    print("  satp %016lx\n", csr_read("satp"));
}
