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
            processor_wait(p);
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

/*
 * Two may ask at a time, so who waits answers too. Who dozes is not waited for, nor interrupted: it
 * passes the fence before it does anything else.
 *
 *      asks                                dozes
 *      ----                                -----
 *      x = 1, fence                        dozes = 1
 *      fence_wanted = 1                    ... an interrupt
 *      dozes? 1: done                      dozes = 0
 *      dozes? 0: kick, wait                fence_wanted? 1: flush, fence
 *                                          x?
 *
 * All four are sequentially consistent: if the left one reads the 1, its store came before the
 * right one's load. If it reads the 0 before the doze, the kick ends that.
 */
void processors_fence(void)
{
    unsigned n = processors_count;
    uint64_t waits_for = 0;
    _Static_assert(PROCESSORS_MAX <= 64, "a bit for each");
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (n == 1)
        return;
    irq_push();
    unsigned self = this_processor->index;
    for (unsigned i = 0; i < n; i++) {
        struct processor *p = &processors[i];
        if (i == self)
            continue;
        store_seq_cst(&p->fence_wanted, 1);
        if (load_seq_cst(&p->dozes))
            continue;
        machine_kick(i);
        waits_for |= (uint64_t)1 << i;
    }
    for (unsigned i = 0; i < n; i++)
        while (waits_for >> i & 1 && load_acquire(&processors[i].fence_wanted)) {
            processor_pass_fence();
            arch_relax();
        }
    irq_pop();
}

/* It dozes no more. */
static void awake(struct processor *p)
{
    if (!load_relaxed(&p->dozes))
        return;
    store_seq_cst(&p->dozes, 0);
    if (load_seq_cst(&p->fence_wanted))
        processor_pass_fence();
}

/* ---- sleep -------------------------------------------------------------------------------- */

static uint32_t asleep;

static bool may_sleep(void)
{
    uint32_t n = load_relaxed(&asleep);
    do
        if (n + 1 >= processors_count)
            return false;
    while (!cas_seq_cst(&asleep, &n, n + 1));
    return true;
}

/* Who is not interrupted for fences meanwhile. Interrupts are off; a kick that has come since ends
   the wait. The first interrupt ends the doze, too. */
static void doze(struct processor *p)
{
    store_seq_cst(&p->dozes, 1);
    irq_wait();
    awake(p);
}

/* An emulator counts these instructions, and has next to nothing to do for them. */
static void pass_time(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        __asm__ volatile(".rept 256\n\tnop\n\t.endr" ::: "memory");
}

/* Who was kicked sleeps in this count until it has its turn: so give way at once, and then again,
   for its turn may end before it has left the count. */
void processor_wait(struct processor *p)
{
    enum { LONGEST = 64 };
    if (likely(!kernel_awake)) {
        doze(p);
        return;
    }
    unsigned n = 1;
    for (uint64_t before = p->interrupts; p->interrupts == before; n += n < LONGEST ? n : 0)
        if (may_sleep()) {
            doze(p);
            fetch_add_acq_rel(&asleep, (uint32_t)-1);
            return;
        } else {
            irq_enable();
            arch_relax();
            pass_time(n);
            irq_disable();
        }
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
    awake(this_processor);
    machine_interrupt(which);
    watchdog_look(r);
    if (regs_from_user(r))
        trap_preempt(r);
}
