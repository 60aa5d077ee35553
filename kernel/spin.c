/* SPDX-License-Identifier: MIT */
/* Interrupt depth and the locks that go with it. */
#include "kernel.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "processor.h"

static bool broken; /* in a report of the end: nobody is waited for */
static bool ended;  /* in the last one: interrupts stay off */

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
    CHECK(broken || !irq_enabled(), "irq_pop: interrupts are on");
    CHECK(broken || p->irq_depth > 0, "irq_pop: more pops than pushes");
    if (--p->irq_depth == 0 && p->irq_was_on)
        irq_enable();
}

/* For the watchdog's report, which breaks all locks: what is taken from then on is no news. */
static void took(uintptr_t at)
{
    if (unlikely(broken))
        return;
    this_processor->locks++;
    this_processor->locked_at = at;
}

bool spin_try(struct spinlock *l)
{
    irq_push();
    if (!exchange_acquire(&l->held, 1)) {
        took((uintptr_t)__builtin_return_address(0));
        return true;
    }
    irq_pop();
    return false;
}

/* While it waits it answers those who wait for this processor's barrier: they may hold the lock. */
void spin_lock(struct spinlock *l)
{
    irq_push();
    while (exchange_acquire(&l->held, 1) && !broken) {
        processor_pass_fence();
        arch_relax();
    }
    took((uintptr_t)__builtin_return_address(0));
}

void spin_unlock(struct spinlock *l)
{
    if (likely(!broken))
        this_processor->locks--;
    store_release(&l->held, 0);
    irq_pop();
}

void spin_break(void)
{
    broken = true;
}

void spin_end(void)
{
    broken = ended = true;
}
