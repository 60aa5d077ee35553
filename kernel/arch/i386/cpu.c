/* SPDX-License-Identifier: MIT */
/*
 * Descriptor tables of a processor, its protection, its thread pointer.
 *
 * Exceptions come on the stack that runs. What a kernel stack that has overflowed into its guard
 * makes of any trap is a double fault, and that is a task of its own to the processor: it begins
 * with a stack of its own, and what ran before is saved in the TSS.
 */
#include "kernel.h"
#include "processor.h"
#include "trap.h"
#include "arch/x86/cpu.c"

struct tss {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3;
    uint32_t eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap, io_map;
};
_Static_assert(sizeof(struct tss) == 104, "Intel's manual, volume 3, 8.2.1");

struct gate {
    uint16_t offset0, selector;
    uint8_t unused, type;
    uint16_t offset1;
};

struct pointer {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

enum { FAULT_STACK_SIZE = 8192, GATE_INTERRUPT = 0x8e, GATE_USER = 0xee, GATE_TASK = 0x85 };
enum { DOUBLE_FAULT = 8 };
enum { KIND_CODE = 0x9a, KIND_DATA = 0x92, KIND_TSS = 0x89, KIND_USER = 0x60 };
enum { WHOLE = 0xfffff }; /* all addresses, counted in pages */

static struct tables {
    uint64_t gdt[SELECTORS_END / 8];
    struct tss tss, fault_tss;
    char fault_stack[FAULT_STACK_SIZE] __attribute__((aligned(16)));
} tables[PROCESSORS_MAX];

static struct gate idt[256];
extern char trap_stubs[];
pte_t pte_no_exec;

/* ---- descriptors ------------------------------------------------------------------------- */

static uint64_t descriptor(uint32_t base, uint32_t limit, uint32_t kind)
{
    uint64_t flags = limit == WHOLE ? 0xc : 0; /* 32 bits, counted in pages */
    return (limit & 0xffff) | (uint64_t)(base & 0xffffff) << 16 | (uint64_t)kind << 40 |
           (uint64_t)(limit >> 16) << 48 | flags << 52 | (uint64_t)(base >> 24) << 56;
}

static void flat_segments(uint64_t *gdt, void *tp)
{
    gdt[SELECTOR_CODE / 8] = descriptor(0, WHOLE, KIND_CODE);
    gdt[SELECTOR_DATA / 8] = descriptor(0, WHOLE, KIND_DATA);
    gdt[SELECTOR_USER_DATA / 8] = descriptor(0, WHOLE, KIND_DATA | KIND_USER);
    gdt[SELECTOR_USER_CODE / 8] = descriptor(0, WHOLE, KIND_CODE | KIND_USER);
    gdt[SELECTOR_THREAD / 8] = descriptor((uintptr_t)tp, WHOLE, KIND_DATA);
}

static void load_segments(const uint64_t *gdt, size_t size)
{
    struct pointer p = {(uint16_t)(size - 1), (uintptr_t)gdt};
    __asm__ volatile("lgdt %0" ::"m"(p));
    __asm__ volatile("ljmp %0, $1f\n1:" ::"i"(SELECTOR_CODE) : "memory");
    __asm__ volatile("mov %0, %%ds\n\tmov %0, %%es\n\tmov %0, %%ss" ::"r"(SELECTOR_DATA));
    __asm__ volatile("mov %0, %%gs" ::"r"(SELECTOR_THREAD) : "memory");
}

/* A processor calls this before anything else in C: with a table that serves until
   arch_processor_init, one processor at a time. */
void arch_thread_pointer(void *tp)
{
    static uint64_t first[SELECTOR_TSS / 8];
    flat_segments(first, tp);
    load_segments(first, sizeof first);
}

/* Each processor has a table of its own, and in it the same selector. */
bool arch_thread_pointer_is(const void *tp)
{
    uint32_t selector;
    (void)tp;
    __asm__ volatile("mov %%gs, %0" : "=r"(selector));
    return (selector & 0xffff) == SELECTOR_THREAD;
}

static void gates_init(void)
{
    for (unsigned v = 0; v < 256; v++) {
        uintptr_t at = (uintptr_t)(trap_stubs + 16 * v);
        idt[v] = (struct gate){
            .offset0 = (uint16_t)at,
            .offset1 = (uint16_t)(at >> 16),
            .selector = SELECTOR_CODE,
            .type = v == VECTOR_CALL ? GATE_USER : GATE_INTERRUPT,
        };
    }
    idt[DOUBLE_FAULT] = (struct gate){.selector = SELECTOR_FAULT_TSS, .type = GATE_TASK};
}

/* ---- double faults ----------------------------------------------------------------------- */

/* It begins with the page table that was loaded in arch_processor_init, which has the kernel. */
__attribute__((noreturn)) static void double_fault(void)
{
    const struct tss *t = &tables[this_processor->index].tss;
    struct regs r = {
        .gs = t->gs,
        .fs = t->fs,
        .es = t->es,
        .ds = t->ds,
        .edi = t->edi,
        .esi = t->esi,
        .ebp = t->ebp,
        .ebx = t->ebx,
        .edx = t->edx,
        .ecx = t->ecx,
        .eax = t->eax,
        .vector = DOUBLE_FAULT,
        .eip = t->eip,
        .cs = t->cs,
        .eflags = t->eflags,
        .esp = t->esp,
        .ss = t->ss,
    };
    if (kernel_space)
        space_load(physical(kernel_space));
    fault_in_kernel(&r);
}

/* The processor pushes an error code, 0, where a return address would be. */
static void fault_task_init(struct tables *t)
{
    t->fault_tss = (struct tss){
        .cr3 = (uint32_t)space_current(),
        .eip = (uintptr_t)double_fault,
        .eflags = FLAGS_FIXED,
        .esp = (uintptr_t)(t->fault_stack + FAULT_STACK_SIZE),
        .cs = SELECTOR_CODE,
        .ds = SELECTOR_DATA,
        .es = SELECTOR_DATA,
        .ss = SELECTOR_DATA,
        .gs = SELECTOR_THREAD,
        .io_map = sizeof(struct tss),
    };
}

/* ---- a processor ------------------------------------------------------------------------- */

void arch_trap_stack(uintptr_t trap_top)
{
    tables[this_processor->index].tss.esp0 = trap_top;
}

void arch_processor_init(struct processor *p)
{
    struct tables *t = &tables[p->index];
    struct pointer lidt = {sizeof idt - 1, (uintptr_t)idt};
    if (p->index == 0) {
        gates_init();
        pte_no_exec = cpuid(0x80000001).d & 1 << 20 ? PTE_NO_EXEC : 0; /* start.S turned it on */
    }
    fault_task_init(t);
    t->tss = (struct tss){.ss0 = SELECTOR_DATA, .io_map = sizeof t->tss};
    flat_segments(t->gdt, p->tp);
    t->gdt[SELECTOR_TSS / 8] = descriptor((uintptr_t)&t->tss, sizeof t->tss - 1, KIND_TSS);
    t->gdt[SELECTOR_FAULT_TSS / 8] =
        descriptor((uintptr_t)&t->fault_tss, sizeof t->fault_tss - 1, KIND_TSS);
    load_segments(t->gdt, sizeof t->gdt);
    __asm__ volatile("lidt %0" ::"m"(lidt));
    __asm__ volatile("ltr %0" ::"r"((uint16_t)SELECTOR_TSS));
    protect_from_user();
}

/* ---- registers in words ------------------------------------------------------------------ */

void arch_print_regs(const struct regs *r)
{
    bool saved = regs_from_user(r) || r->vector == DOUBLE_FAULT;
    print("  eip %08x  eflags %08x  cs %02x  error %x  vector %u\n", r->eip, r->eflags,
          r->cs & 0xffff, r->error, r->vector);
    print("  eax %08x  ebx %08x  ecx %08x  edx %08x\n", r->eax, r->ebx, r->ecx, r->edx);
    print("  esi %08x  edi %08x  ebp %08x  esp %08x\n", r->esi, r->edi, r->ebp,
          saved ? r->esp : (uint32_t)&r->esp);
    print("  ds %02x  es %02x  fs %02x  gs %02x\n", r->ds & 0xffff, r->es & 0xffff,
          r->fs & 0xffff, r->gs & 0xffff);
    print("  cr2 %08x  cr3 %08x\n", (uint32_t)arch_fault_address(r),
          (uint32_t)space_current());
}
