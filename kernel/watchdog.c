/* SPDX-License-Identifier: MIT */
/* A hang becomes a named failure: when the time is over, what each processor does is printed. */
#include "base/atomic.h"
#include "kernel.h"
#include "machine.h"
#include "processor.h"
#include "trap.h"

static int64_t limit = FADEN_FOREVER;
static uint32_t barks;

void watchdog_set(int64_t deadline)
{
    irq_push();
    limit = deadline;
    processor_timer_until(this_processor, deadline);
    irq_pop();
}

/* On the timer, or because another processor has noticed. */
void watchdog_look(const struct regs *r)
{
    if (!load_relaxed(&barks)) {
        if (machine_now() < limit) {
            processor_timer_until(this_processor, limit);
            return;
        }
        store_seq_cst(&barks, 1);
        print("\nkernel: the time is over: something hangs\n");
        spin_break();
        for (unsigned i = 0; i < processors_count; i++)
            if (i != this_processor->index)
                machine_kick(i);
    }
    print("processor %u, %s:\n", this_processor->index, regs_from_user(r) ? "user mode" : "kernel");
    backtrace(regs_pc(r), regs_frame(r));
    if (fetch_add_acq_rel(&barks, 1) == processors_count)
        machine_exit(4);
    for (int64_t end = machine_now() + FADEN_SEC; machine_now() < end;)
        ; /* the others print too; who hangs with interrupts off does not */
    machine_exit(4);
}
