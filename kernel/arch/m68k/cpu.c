/* SPDX-License-Identifier: MIT */
/* The page table registers, the thread pointer, and traps in words. */
#include "kernel.h"
#include "processor.h"

enum { TP_OFFSET = 0x7000, VECTOR_ACCESS = 2 };

extern uintptr_t trap_top;
extern void *thread_pointer;

/* There is one processor, and start.S has set its vectors. Its pages have no protection from
   execution; and the kernel cannot touch a page of a process, whose table is not loaded then. */
void arch_processor_init(struct processor *p)
{
    (void)p;
}

void space_load(uint64_t root)
{
    bool first = !process_root;
    process_root = (uint32_t)root;
    if (first) {
        register uint32_t d0 __asm__("d0") = process_root;
        __asm__ volatile("trap %1" : "+d"(d0) : "i"(SERVICE_SPACE) : "memory");
    }
}

void arch_trap_stack(uintptr_t top)
{
    trap_top = top;
}

/* The m68k ABI: the thread pointer points 0x7000 above the block's beginning. */
void *arch_tls_lay(char *block)
{
    memset(block, 0, tls_bytes());
    memcpy(block, tdata_begin, (size_t)(tdata_end - tdata_begin));
    return block + TP_OFFSET;
}

void arch_thread_pointer(void *tp)
{
    thread_pointer = tp;
}

bool arch_thread_pointer_is(const void *tp)
{
    return thread_pointer == tp;
}

uintptr_t arch_frame_next(uintptr_t frame, uintptr_t *pc)
{
    const uintptr_t *f = (const uintptr_t *)frame;
    *pc = f[1];
    return f[0];
}

/* ---- traps in words ---------------------------------------------------------------------- */

const char *arch_trap_name(const struct regs *r)
{
    static const char *const names[] = {"reset",
                                        "reset",
                                        "access fault",
                                        "address error",
                                        "illegal instruction",
                                        "division by zero",
                                        "bound exceeded",
                                        "trap on a condition",
                                        "privileged instruction",
                                        "trace",
                                        "illegal instruction",
                                        "illegal instruction",
                                        "reserved",
                                        "coprocessor protocol violation",
                                        "format error",
                                        "uninitialized interrupt"};
    enum { VECTOR_TRAP_0 = 32, VECTOR_FLOAT = 48, VECTOR_FLOAT_LAST = 55 };
    unsigned vector = regs_vector(r);
    if (vector < sizeof names / sizeof *names)
        return names[vector];
    if (vector >= VECTOR_FLOAT && vector <= VECTOR_FLOAT_LAST)
        return "floating-point exception";
    return vector >= VECTOR_TRAP_0 && vector < VECTOR_FLOAT ? "trap instruction"
                                                            : "unexpected interrupt";
}

uintptr_t arch_fault_address(const struct regs *r)
{
    return regs_vector(r) == VECTOR_ACCESS ? r->fault : 0;
}

void arch_print_regs(const struct regs *r)
{
    print("  pc %08lx  sr %04x  vector %04x", (unsigned long)r->pc, r->sr, r->vector);
    if (regs_vector(r) == VECTOR_ACCESS)
        print("  status %04x", r->status);
    print("\n");
    for (unsigned i = 0; i < 8; i++)
        print("  d%u %08lx%s", i, (unsigned long)r->d[i], i % 4 == 3 ? "\n" : "");
    for (unsigned i = 0; i < 8; i++)
        print("  a%u %08lx%s", i, (unsigned long)(i < 7 ? r->a[i] : r->sp), i % 4 == 3 ? "\n" : "");
    print("  root of the running process %08lx\n", (unsigned long)process_root);
}
