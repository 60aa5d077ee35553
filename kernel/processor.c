/* SPDX-License-Identifier: MIT */
/* Processors: how each begins and waits for work, fences, timers. */
#include "processor.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "machine.h"
#include "platform/platform.h"
#include "trap.h"

_Thread_local struct processor *this_processor;
struct processor processors[PROCESSORS_MAX];
unsigned processors_count = 1;

/* ---- what a processor that is not number 0 does ------------------------------------------- */

bool processor_is_free(unsigned index)
{
    return !load_acquire(&processors[index].work);
}

void processor_give(unsigned index, void (*work)(void *arg, unsigned index), void *arg)
{
    struct processor *p = &processors[index];
    p->work_arg = arg;
    store_release(&p->work, work);
    machine_kick(index);
}

void processor_main(struct processor *p)
{
    this_processor = p;
    arch_processor_init(p);
    machine_processor_init(p);
    store_release(&p->online, 1);
    for (;;) {
        irq_disable();
        while (!load_acquire(&p->work))
            irq_wait();
        irq_enable();
        p->work(p->work_arg, p->index);
        store_release(&p->work, NULL);
    }
}

/* A stack with a guard, and a TLS block. */
static bool equip(struct processor *p)
{
    size_t slot = BOOT_STACK_SIZE * 2, guard = slot / 4;
    char *low = platform_stack_chunk(slot, slot);
    char *block = platform_alloc(tls_bytes() + 64);
    if (!low || !block || platform_stack_guard(low, guard))
        return false;
    p->stack_top = low + slot;
    p->tp = arch_tls_lay(block);
    return true;
}

void processors_start(unsigned wanted)
{
    unsigned found = machine_processors();
    if (found > PROCESSORS_MAX)
        found = PROCESSORS_MAX;
    if (wanted && wanted < found)
        found = wanted;
    for (unsigned i = 1; i < found; i++) {
        struct processor *p = &processors[i];
        p->index = i;
        p->timer_at = FADEN_FOREVER;
        if (!equip(p) || machine_processor_start(p) < 0) {
            print("processor %u does not start\n", i);
            return;
        }
        while (!load_acquire(&p->online))
            arch_relax();
        processors_count = i + 1;
    }
}

/* ---- fences ------------------------------------------------------------------------------- */

void processor_pass_fence(void)
{
    struct processor *p = this_processor;
    if (likely(!load_relaxed(&p->fence_wanted)))
        return;
    tlb_flush_all();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    store_release(&p->fence_wanted, 0);
}

/* Two may ask at a time, so who waits answers too. */
void processors_fence(void)
{
    unsigned n = processors_count;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (n == 1)
        return;
    irq_push();
    unsigned self = this_processor->index;
    for (unsigned i = 0; i < n; i++)
        if (i != self) {
            store_seq_cst(&processors[i].fence_wanted, 1);
            machine_kick(i);
        }
    for (unsigned i = 0; i < n; i++)
        while (i != self && load_acquire(&processors[i].fence_wanted)) {
            processor_pass_fence();
            arch_relax();
        }
    irq_pop();
}

void processor_nudge(unsigned index)
{
    if (index != this_processor->index)
        machine_kick(index);
}

/* ---- what interrupts a processor ---------------------------------------------------------- */

void processor_kicked(void)
{
    processor_pass_fence();
}

void processor_timer(void)
{
    this_processor->timer_at = FADEN_FOREVER;
}

void processor_timer_until(struct processor *p, int64_t deadline)
{
    irq_push();
    if (deadline < p->timer_at) {
        p->timer_at = deadline;
        machine_timer(deadline);
    }
    irq_pop();
}

void trap_interrupt(struct regs *r, unsigned which)
{
    this_processor->interrupts++;
    machine_interrupt(which);
    watchdog_look(r);
    if (regs_from_user(r))
        trap_preempt(r);
}
