/* SPDX-License-Identifier: MIT */
/* A hang becomes a named failure: when the time is over, what each processor does is printed. */
#include "base/assert.h"
#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "machine.h"
#include "proc/process.h"
#include "processor.h"
#include "sched/sched.h"
#include "sched/tree.h"
#include "trap.h"

#define PATIENCE (2 * FADEN_SEC) /* for who is asked what it does: a busy host may be away */

static int64_t limit = FADEN_FOREVER;
static int64_t latest = FADEN_FOREVER; /* the limit is never later */
static uint32_t reported;
static uint32_t asked; /* 1 + index of the processor that shall tell; 0: none */

void watchdog_set(int64_t deadline)
{
    irq_push();
    limit = deadline < latest ? deadline : latest;
    processor_timer_until(this_processor, limit);
    for (unsigned i = 0; i < processors_count; i++)
        processor_nudge(i); /* each sets its timer: one may have interrupts off by then */
    irq_pop();
}

void watchdog_end(int64_t deadline)
{
    latest = deadline;
    watchdog_set(deadline);
}

static void tell_locks(const struct processor *p)
{
    size_t offset = 0;
    const char *name = symbol_name(p->locked_at, &offset);
    if (p->locks)
        print("  holds %u spin lock%s, taken at %s+%lu\n", p->locks, p->locks > 1 ? "s" : "",
              name ? name : "?", (unsigned long)offset);
}

static void tell(const struct regs *r)
{
    const struct process *p = process_self();
    print("processor %u, %s", this_processor->index, regs_from_user(r) ? "user mode" : "kernel");
    if (p)
        print(", process %d (%s)", p->pid, p->name);
    print(":\n");
    tell_locks(this_processor);
    backtrace(regs_pc(r), regs_frame(r));
}

static void write_some(const char *text, size_t n, void *written)
{
    enum { MOST = 32768 };
    if (*(size_t *)written < MOST)
        console_write(text, n);
    *(size_t *)written += n;
}

/* What each task waits for, and who has it. Processors that answered stand still. */
static void tell_tasks(void)
{
    size_t written = 0;
    struct runtime *rt = load_acquire(&faden__runtimes);
    if (rt)
        tree_dump(rt, write_some, &written);
}

static void report(const struct regs *r)
{
    print("\nkernel: the time is over: something hangs\n");
    spin_break();
    tell(r);
    for (unsigned i = 0; i < processors_count; i++) {
        if (i == this_processor->index)
            continue;
        store_seq_cst(&asked, i + 1);
        machine_kick(i);
        for (int64_t end = machine_now() + PATIENCE; load_acquire(&asked) && machine_now() < end;)
            arch_relax();
        if (load_acquire(&asked)) {
            print("processor %u does not answer: it has interrupts off\n", i);
            tell_locks(&processors[i]);
        }
    }
    tell_tasks();
    machine_exit(4);
}

void watchdog_look(const struct regs *r)
{
    if (unlikely(load_relaxed(&asked) == 1 + this_processor->index)) {
        spin_break();
        tell(r);
        store_release(&asked, 0);
        for (;;)
            arch_relax();
    }
    if (machine_now() < limit)
        processor_timer_until(this_processor, limit);
    else if (!exchange_acq_rel(&reported, 1)) /* one report: all may be late at a time */
        report(r);
}
