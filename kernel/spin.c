/* SPDX-License-Identifier: MIT */
/* Interrupt depth and the locks that go with it. */
#include "kernel.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "processor.h"

static bool ended; /* in the last report: interrupts stay off */

void irq_push(void)
{
    bool on = irq_enabled();
    irq_disable();
    struct processor *p = this_processor;
    if (p->irq_depth++ == 0)
        p->irq_was_on = on;
}

void irq_pop(void)
{
    struct processor *p = this_processor;
    if (unlikely(ended))
        return;
    CHECK(p->reports || !irq_enabled(), "irq_pop: interrupts are on");
    CHECK(p->reports || p->irq_depth > 0, "irq_pop: more pops than pushes");
    if (--p->irq_depth == 0 && p->irq_was_on)
        irq_enable();
}

/* For the watchdog's report, which breaks all locks: what is taken from then on is no news. */
static void took(struct processor *p, uintptr_t at)
{
    if (unlikely(p->reports))
        return;
    p->locks++;
    p->locked_at = at;
}

bool spin_try(struct spinlock *l)
{
    irq_push();
    if (!exchange_acquire(&l->held, 1)) {
        took(this_processor, (uintptr_t)__builtin_return_address(0));
        return true;
    }
    irq_pop();
    return false;
}

/* While it waits it answers those who wait for this processor's barrier: they may hold the lock. */
void spin_lock(struct spinlock *l)
{
    irq_push();
    while (exchange_acquire(&l->held, 1) && !this_processor->reports) {
        processor_pass_fence();
        arch_relax();
    }
    took(this_processor, (uintptr_t)__builtin_return_address(0));
}

void spin_unlock(struct spinlock *l)
{
    if (likely(!this_processor->reports))
        this_processor->locks--;
    store_release(&l->held, 0);
    irq_pop();
}

/* Who does not report goes on to wait: what it waits for is what the report is to show. */
void spin_break(void)
{
    this_processor->reports = true;
}

void spin_end(void)
{
    spin_break();
    ended = true;
}
