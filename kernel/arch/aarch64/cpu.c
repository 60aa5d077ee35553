/* SPDX-License-Identifier: MIT */
/* A processor's area for traps, its protection, its thread pointer, and traps in words. */
#include "kernel.h"
#include "processor.h"

enum { FAULT_STACK_SIZE = 8192 };

static struct area {
    void *tp;
    uintptr_t trap_top;
} areas[PROCESSORS_MAX];
_Static_assert(offsetof(struct area, trap_top) == AREA_TRAP_TOP, "layout.h");

static char fault_stacks[PROCESSORS_MAX][FAULT_STACK_SIZE] __attribute__((aligned(16)));
extern char trap_vectors[];

/* From now on the kernel cannot access user pages (PAN, where the processor has it); it can never
   execute them. */
static void protect(void)
{
    enum { PAN_AT = 20, PAN_MASK = 15 };
    if (!(sys_read("id_aa64mmfr1_el1") >> PAN_AT & PAN_MASK))
        return;
    sys_write("sctlr_el1", sys_read("sctlr_el1") & ~(uint64_t)SCTLR_SPAN);
    sys_sync();
    __asm__ volatile(".inst 0xd500419f" ::: "memory"); /* msr pan, #1 */
}

void arch_processor_init(struct processor *p)
{
    struct area *a = &areas[p->index];
    a->tp = p->tp;
    sys_write("tpidr_el1", (uintptr_t)a);
    sys_write("vbar_el1", (uintptr_t)trap_vectors);
    char *top = fault_stacks[p->index] + FAULT_STACK_SIZE;
    __asm__ volatile("msr spsel, #1\n\tmov sp, %0\n\tmsr spsel, #0" ::"r"(top) : "memory");
    sys_sync();
    protect();
    __asm__ volatile("msr daifclr, %0" ::"i"(DAIF_SERROR) : "memory");
}

void arch_trap_stack(uintptr_t trap_top)
{
    areas[this_processor->index].trap_top = trap_top;
}

/* AAPCS64: the block lies behind the thread pointer and two words there, at the next address that
   it is aligned to; link.ld aligns it to TLS_ALIGN. */
void *arch_tls_lay(char *block)
{
    enum { TLS_ALIGN = 64 };
    memset(block, 0, TLS_ALIGN + tls_bytes());
    memcpy(block + TLS_ALIGN, tdata_begin, (size_t)(tdata_end - tdata_begin));
    return block;
}

void arch_thread_pointer(void *tp)
{
    sys_write("tpidr_el0", (uintptr_t)tp);
}

bool arch_thread_pointer_is(const void *tp)
{
    return sys_read("tpidr_el0") == (uintptr_t)tp;
}

/* The frame record (AAPCS64, section 6.4.6): the one before, the return address. */
uintptr_t arch_frame_next(uintptr_t frame, uintptr_t *pc)
{
    const uintptr_t *record = (const uintptr_t *)frame;
    *pc = record[1];
    return record[0];
}

/* ---- traps in words ---------------------------------------------------------------------- */

/* ESR_ELx: the class of an exception (Arm Architecture Reference Manual, D17.2.37). */
static const char *const classes[64] = {
    [0x00] = "illegal instruction",
    [0x07] = "floating point is off",
    [0x0e] = "illegal state",
    [0x15] = "system call",
    [0x18] = "privileged instruction",
    [0x20] = "page fault",
    [0x21] = "page fault",
    [0x22] = "misaligned jump",
    [0x24] = "page fault",
    [0x25] = "page fault",
    [0x26] = "misaligned stack pointer",
    [0x2c] = "floating-point error",
    [0x30] = "breakpoint",
    [0x31] = "breakpoint",
    [0x32] = "single step",
    [0x33] = "single step",
    [0x34] = "watchpoint",
    [0x35] = "watchpoint",
    [0x3c] = "breakpoint",
};

static unsigned class_of(const struct regs *r)
{
    return r->kind == KIND_SYNC ? r->esr >> 26 & 63 : 0;
}

const char *arch_trap_name(const struct regs *r)
{
    static const char *const kinds[] = {"trap", "interrupt", "fast interrupt", "system error"};
    const char *name = classes[class_of(r)];
    if (r->kind != KIND_SYNC)
        return kinds[r->kind];
    return name ? name : "unknown trap";
}

uintptr_t arch_fault_address(const struct regs *r)
{
    unsigned class = class_of(r);
    bool access = class == 0x20 || class == 0x21 || class == 0x22 || class == 0x24 || class == 0x25;
    return access ? r->far : 0;
}

void arch_print_regs(const struct regs *r)
{
    print("  pc  %016lx  pstate %08lx  esr %08lx  far %016lx\n", r->pc, r->pstate, r->esr, r->far);
    for (unsigned i = 0; i < X_COUNT; i++)
        print("  x%-2u %016lx%s", i, r->x[i], i % 4 == 3 ? "\n" : "");
    print("  sp  %016lx\n  ttbr0 %016lx\n", r->sp, space_current());
}
