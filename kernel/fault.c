/* SPDX-License-Identifier: MIT */
/* Faults in the kernel, and backtraces with names. */
#include "base/assert.h"
#include "base/atomic.h"
#include "kernel.h"
#include "machine.h"
#include "processor.h"
#include "stack/stack.h"
#include "stacks.h"
#include "trap.h"

enum { FRAMES = 24 };

/*
 * The names of all functions, by address, in a section of their own that kernel/tools/symbols.py
 * makes from the linked kernel: a count, then (offset in the text, offset of the name), then names.
 */
extern const uint32_t symbols[] __attribute__((weak));

const char *symbol_name(uintptr_t pc, size_t *offset)
{
    if (!symbols || pc < (uintptr_t)text_begin || pc >= (uintptr_t)text_end)
        return NULL;
    uint32_t at = (uint32_t)(pc - (uintptr_t)text_begin), n = symbols[0], low = 0;
    const uint32_t *pairs = symbols + 1;
    const char *names = (const char *)(pairs + 2 * (size_t)n);
    while (n > 1) { /* the last one that does not begin behind `at` is in [low, low + n) */
        uint32_t half = n / 2;
        if (pairs[2 * (low + half)] <= at)
            low += half, n -= half;
        else
            n = half;
    }
    *offset = at - pairs[2 * low];
    return names + pairs[2 * low + 1];
}

static void print_place(uintptr_t pc)
{
    size_t offset = 0;
    const char *name = symbol_name(pc, &offset);
    print("    %p  %s+%lu\n", (void *)pc, name ? name : "?", (unsigned long)offset);
}

void backtrace(uintptr_t pc, uintptr_t frame)
{
    print("  backtrace:\n");
    for (int i = 0; i < FRAMES && pc; i++) {
        print_place(pc);
        if (!frame || frame % sizeof(uintptr_t) || !space_is_mapped(frame - 2 * sizeof frame) ||
            !space_is_mapped(frame + 2 * sizeof frame))
            break;
        frame = arch_frame_next(frame, &pc);
    }
}

void backtrace_here(void)
{
    backtrace((uintptr_t)__builtin_return_address(0), (uintptr_t)__builtin_frame_address(0));
}

/* Nested: a fault in a report. Nothing can be trusted any more. */
void kernel_dies(void)
{
    static uint32_t dying;
    if (exchange_acq_rel(&dying, 1)) {
        for (const char *c = "\nkernel: a fault in a report\n"; *c; c++)
            machine_put(*c);
        machine_exit(3);
    }
    irq_disable();
    spin_end();
}

void fault_in_kernel(struct regs *r)
{
    uintptr_t address = arch_fault_address(r);
    kernel_dies();
    print("\nkernel: %s", arch_trap_name(r));
    if (address)
        print(" at address %p", (void *)address);
    print(", processor %u\n", this_processor->index);
    if (address)
        stack_fault_report((void *)address);
    arch_print_regs(r);
    backtrace(regs_pc(r), regs_frame(r));
    machine_exit(1);
}

/* Without it nothing can be said, not even by whom: that of processor 0 serves for the report. */
static bool has_thread_pointer(void)
{
    for (unsigned i = 0; i < processors_count; i++)
        if (arch_thread_pointer_is(processors[i].tp))
            return true;
    arch_thread_pointer(processors[0].tp);
    return false;
}

void trap_fault(struct regs *r)
{
    uintptr_t address = arch_fault_address(r);
    if (regs_from_user(r)) {
        trap_user_fault(r);
        return;
    }
    bool lost = !has_thread_pointer();
    if (lost)
        print("\nkernel: the thread pointer is that of no processor: a process's own?\n");
    if (lost || !address || !stacks_touch(address))
        fault_in_kernel(r);
}
