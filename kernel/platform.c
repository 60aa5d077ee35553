/* SPDX-License-Identifier: MIT */
/*
 * The world contract on bare metal: a cpu is a processor. There are no plain threads: what runs
 * outside of a run is the one flow that booted, so waiting for another thread is waiting for
 * another processor, and takes no longer than a short section there.
 */
#include "platform/platform.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "console.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "machine.h"
#include "processor.h"

static _Thread_local int error_word;
static _Thread_local struct eh_globals eh_word;

int *kernel_errno(void)
{
    return &error_word;
}

/* ---- memory is in heap.c and stacks.c; time --------------------------------------------- */

int64_t platform_now(void)
{
    return machine_now();
}

/* ---- cpus -------------------------------------------------------------------------------- */

unsigned platform_cpus(void)
{
    return processors_count;
}

static void become_cpu(struct platform_cpu *cpu)
{
    struct processor *p = this_processor;
    store_relaxed(&p->kicked, 0);
    *cpu = (struct platform_cpu){.world = p,
                                 .error = &error_word,
                                 .eh = &eh_word,
                                 .stack_low = p->stack_top - BOOT_STACK_SIZE,
                                 .stack_high = p->stack_top};
}

/* The processors that are to run something; the calling one is number 0. */
struct team {
    struct platform_cpu *const *cpus;
    void (*fn)(unsigned index, void *arg);
    void *arg;
    uint32_t ready, done;
    uint32_t wanted; /* how many must be ready before anybody begins */
};

static void member_run(void *arg, unsigned index)
{
    struct team *team = arg;
    become_cpu(team->cpus[index]);
    fetch_add_acq_rel(&team->ready, 1);
    while (load_acquire(&team->ready) < team->wanted)
        arch_relax();
    team->fn(index, team->arg);
    fetch_add_acq_rel(&team->done, 1);
}

int platform_run(unsigned n, struct platform_cpu *const *cpus,
                 void (*fn)(unsigned index, void *arg), void *arg)
{
    struct team team = {.cpus = cpus, .fn = fn, .arg = arg, .wanted = n};
    if (n > processors_count)
        return -EAGAIN;
    for (unsigned i = 1; i < n; i++)
        if (!processor_is_free(i))
            return -EAGAIN;
    for (unsigned i = 1; i < n; i++)
        processor_give(i, member_run, &team);
    member_run(&team, 0);
    while (load_acquire(&team.done) < n)
        arch_relax();
    return 0;
}

/* ---- idle and kick ----------------------------------------------------------------------- */

/*
 * Between the look at `kicked` and the sleep interrupts are off, and processor_wait lets none
 * through in between: a kick that comes then is an interrupt that ends the sleep.
 */
int platform_idle(struct platform_cpu *cpu, int64_t deadline)
{
    struct processor *p = cpu->world;
    CHECK(irq_enabled() && !p->irq_depth, "processor %u is idle: interrupts are off, depth %u",
          p->index, p->irq_depth);
    int events = console_deliver();
    if (events || deadline <= machine_now())
        return events;
    irq_push();
    p->asleep_since = machine_now();
    while (!exchange_seq_cst(&p->kicked, 0) && !console_has_event() && machine_now() < deadline) {
        processor_timer_until(p, deadline);
        processor_wait(p);
    }
    p->asleep += machine_now() - p->asleep_since;
    p->asleep_since = 0;
    irq_pop();
    return console_deliver();
}

void platform_kick(struct platform_cpu *cpu)
{
    struct processor *p = cpu->world;
    store_seq_cst(&p->kicked, 1);
    if (p != this_processor)
        machine_kick(p->index);
}

bool platform_barrier(void)
{
    processors_fence();
    return true;
}

/* ---- plain threads ----------------------------------------------------------------------- */

void platform_thread_wait(uint32_t *word, uint32_t value, int64_t deadline)
{
    enum { SPINS = 100 };
    (void)deadline;
    for (int i = 0; i < SPINS && (!word || load_relaxed(word) == value); i++)
        arch_relax();
}

void platform_thread_wake(uint32_t *word)
{
    (void)word;
}

/* ---- reports ----------------------------------------------------------------------------- */

void (*kernel_report_hook)(const char *text, size_t n);

void platform_report(const char *text, size_t n, bool fatal)
{
    if (fatal && kernel_report_hook)
        kernel_report_hook(text, n);
    if (fatal)
        kernel_dies();
    console_write(text, n);
    if (fatal) {
        backtrace_here();
        machine_exit(1);
    }
}
