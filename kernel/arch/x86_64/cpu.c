/* SPDX-License-Identifier: MIT */
/*
 * Descriptor tables of a processor, its protection, its thread pointer.
 *
 * Exceptions come on the stack that runs, but a double fault, which is what a kernel stack that
 * has overflowed into its guard makes of any trap, comes on a stack of its own.
 */
#include "kernel.h"
#include "processor.h"
#include "arch/x86/cpu.c"

struct tss {
    uint32_t unused0;
    uint64_t rsp[3] __attribute__((packed));
    uint64_t unused1 __attribute__((packed));
    uint64_t ist[7] __attribute__((packed));
    uint64_t unused2 __attribute__((packed));
    uint16_t unused3, io_map;
} __attribute__((packed));

struct gate {
    uint16_t offset0, selector;
    uint8_t ist, type;
    uint16_t offset1;
    uint32_t offset2, unused;
};

struct pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

enum { FAULT_STACK_SIZE = 8192, GATE_INTERRUPT = 0x8e, GATE_USER = 0xee, DOUBLE_FAULT = 8 };
enum { NMI = 2 };

static struct tables {
    uint64_t gdt[7];
    struct tss tss;
    char fault_stack[FAULT_STACK_SIZE] __attribute__((aligned(16)));
    char nmi_stack[FAULT_STACK_SIZE] __attribute__((aligned(16)));
} tables[PROCESSORS_MAX];

static struct gate idt[256];
extern char trap_stubs[];

static void gates_init(void)
{
    for (unsigned v = 0; v < 256; v++) {
        uint64_t at = (uint64_t)(trap_stubs + 16 * v);
        idt[v] = (struct gate){
            .offset0 = (uint16_t)at,
            .offset1 = (uint16_t)(at >> 16),
            .offset2 = (uint32_t)(at >> 32),
            .selector = SELECTOR_CODE,
            .ist = v == DOUBLE_FAULT ? 1
                   : v == NMI        ? 2
                                     : 0,
            .type = v == VECTOR_CALL ? GATE_USER : GATE_INTERRUPT,
        };
    }
}

static void load_tables(struct tables *t)
{
    struct pointer gdt = {sizeof t->gdt - 1, (uint64_t)t->gdt};
    struct pointer lidt = {sizeof idt - 1, (uint64_t)idt};
    __asm__ volatile("lgdt %0" ::"m"(gdt));
    __asm__ volatile("lidt %0" ::"m"(lidt));
    __asm__ volatile(
        "push %0\n\tlea 1f(%%rip), %%rax\n\tpush %%rax\n\tlretq\n1:" ::"i"((uint64_t)SELECTOR_CODE)
        : "rax", "memory");
    __asm__ volatile("mov %0, %%ss" ::"r"((uint16_t)SELECTOR_DATA));
    __asm__ volatile("ltr %0" ::"r"((uint16_t)SELECTOR_TSS));
}

static void segments_init(struct processor *p)
{
    struct tables *t = &tables[p->index];
    uint64_t base = (uint64_t)&t->tss, limit = sizeof t->tss - 1;
    t->gdt[SELECTOR_CODE / 8] = 0x00af9a000000ffff;
    t->gdt[SELECTOR_DATA / 8] = 0x00cf92000000ffff;
    t->gdt[SELECTOR_USER_DATA / 8] = 0x00cff2000000ffff;
    t->gdt[SELECTOR_USER_CODE / 8] = 0x00affa000000ffff;
    t->gdt[SELECTOR_TSS / 8] =
        limit | (base & 0xffffff) << 16 | (uint64_t)0x89 << 40 | (base >> 24 & 0xff) << 56;
    t->gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
    t->tss.ist[0] = (uint64_t)(t->fault_stack + FAULT_STACK_SIZE);
    t->tss.ist[1] = (uint64_t)(t->nmi_stack + FAULT_STACK_SIZE);
    t->tss.io_map = sizeof t->tss;
    load_tables(t);
}

void arch_trap_stack(uintptr_t trap_top)
{
    tables[this_processor->index].tss.rsp[0] = trap_top;
}

void arch_processor_init(struct processor *p)
{
    if (p->index == 0)
        gates_init();
    segments_init(p); /* loads no fs: that would clear its base */
    protect_from_user();
}

void arch_thread_pointer(void *tp)
{
    write_msr(MSR_FS_BASE, (uint64_t)tp);
}

bool arch_thread_pointer_is(const void *tp)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_FS_BASE));
    return ((uint64_t)high << 32 | low) == (uintptr_t)tp;
}

/* ---- registers in words ------------------------------------------------------------------ */

void arch_print_regs(const struct regs *r)
{
    print("  rip %016lx  rflags %08lx  cs %02lx  error %lx  vector %lu\n", r->rip, r->rflags, r->cs,
          r->error, r->vector);
    print("  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->rax, r->rbx, r->rcx, r->rdx);
    print("  rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", r->rsi, r->rdi, r->rbp, r->rsp);
    print("  r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", r->r8, r->r9, r->r10, r->r11);
    print("  r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", r->r12, r->r13, r->r14, r->r15);
    print("  cr2 %016lx  cr3 %016lx\n", arch_fault_address(r), space_current());
}
