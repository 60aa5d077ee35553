/* SPDX-License-Identifier: MIT */
/*
 * Preemption: the user's part of the preempt depth, and what a world that interrupts tasks learns
 * about them (platform/preempter.h); interrupted.c has what it asks from within.
 *
 * A task may be interrupted between any two of its instructions, and what runs then reads what the
 * library was about to write. Two things make that harmless. The one who interrupts gives the
 * processor to another task only if no function of the library is active in the task, however deep
 * (docs/design/preemption.md has the argument). And what preempt_current reads is right enough
 * wherever the library is: each member is one word, and a wrong mixture can only occur where the
 * library is active, where all it leads to is a refusal.
 */
#include "platform/preempter.h"

#include <faden/task.h>

#include "sched/park.h"
#include "sched/preempt.h"

const struct preempter *faden__preempter;

/* ---- disable and enable ------------------------------------------------------------------- */

void faden_preempt_disable_at(const char *site)
{
    struct cpu *cpu = mycpu();
    CHECK(mytask(), "faden_preempt_disable: called outside of a task (at %s)", site);
    if (cpu->depth < DEPTH_USER)
        cpu->disabled_at = site;
    cpu->attention |= ATTEND_DISABLED;
    store_relaxed(&cpu->depth, cpu->depth + DEPTH_USER);
}

void faden_preempt_enable(void)
{
    struct cpu *cpu = mycpu();
    CHECK(mytask() && cpu->depth >= DEPTH_USER,
          "faden_preempt_enable: preemption is not disabled: there was no faden_preempt_disable "
          "before");
    store_relaxed(&cpu->depth, cpu->depth - DEPTH_USER);
    if (cpu->depth >= DEPTH_USER)
        return;
    cpu->attention &= ~(uint32_t)ATTEND_DISABLED;
    yield_if_due(cpu);
}

/* ---- the run's part ----------------------------------------------------------------------- */

enum { IDLE, STARTING, WATCHED };

int preempt_begin(struct runtime *rt)
{
    const struct preempter *p = faden__preempter;
    uint32_t was;
    int err;
    while ((was = exchange_acq_rel(&rt->preempting, STARTING)) == STARTING)
        platform_thread_wait(NULL, 0, 0);
    if (was == WATCHED)
        err = 0;
    else
        err = p ? p->begin(preempt_period(&rt->config), rt->config.preempt_signal) : -ENOTSUP;
    store_release(&rt->preempting, err < 0 ? IDLE : WATCHED);
    return err;
}

/* Whoever was starting it is not there any more. */
void preempt_after_fork(struct runtime *rt)
{
    if (load_relaxed(&rt->preempting) == IDLE)
        return;
    store_relaxed(&rt->preempting, IDLE);
    preempt_begin(rt);
}

void preempt_end(struct runtime *rt)
{
    if (load_acquire(&rt->preempting) == WATCHED)
        faden__preempter->end();
}

/* ---- seen from another thread ------------------------------------------------------------- */

/* Others write these words meanwhile, as plain memory: for whoever watches they are hints. */
__attribute__((no_sanitize("thread"))) static void look_at(struct cpu *cpu,
                                                           struct preempt_cpu *seen)
{
    const faden_task *t = load_relaxed(&cpu->current);
    const struct runtime *rt = load_relaxed(&cpu->runtime);
    seen->cpu = &cpu->platform;
    seen->index = cpu->index;
    seen->switches = (size_t)load_relaxed((size_t *)&cpu->switches);
    seen->busy = t != &cpu->scheduler;
    seen->preemptible = seen->busy && load_relaxed(&t->flags) & TASK_PREEMPTIBLE;
    seen->name = seen->busy ? load_relaxed(&t->name) : NULL;
    seen->site = seen->busy ? load_relaxed(&t->site) : NULL;
    seen->slice = time_slice(rt);
    seen->hold_limit = load_relaxed(&rt->preempting) ? rt->config.hold_limit : 0;
}

void preempt_each_cpu(void (*fn)(const struct preempt_cpu *seen, void *arg), void *arg)
{
    struct preempt_cpu seen;
    unsigned i;
    fetch_add_seq_cst(&faden__cpus_visitors, 1); /* before it looks: leave_table */
    for (i = 0; i < CPUS_MAX; i++) {
        struct cpu *cpu = load_seq_cst(&faden__cpus[i]);
        if (!cpu || !load_acquire(&cpu->begun)) /* the world may still make it, or have failed */
            continue;
        look_at(cpu, &seen);
        fn(&seen, arg);
    }
    fetch_add_acq_rel(&faden__cpus_visitors, (uint32_t)-1);
}

/* ---- before a task begins ----------------------------------------------------------------- */

void preempt_wipe(const struct stack *s)
{
    char *top = stack_first_frame(s);
    size_t size = (size_t)(top - stack_low(s));
    if (size > PREEMPT_SCAN)
        size = PREEMPT_SCAN;
    __builtin_memset(top - size, 0, size);
}

/* What finish_switch left there, which ran on this stack after that. Called by the task itself: the
   frame is where those were. */
__attribute__((noinline, no_sanitize("address", "thread"))) void preempt_wipe_own(void)
{
    volatile uintptr_t words[PREEMPT_FINISH / sizeof(uintptr_t)];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        words[i] = 0;
}

/* ---- preempted ------------------------------------------------------------------------------ */

void faden__preempted_yield(void)
{
    faden__arch_switch_call(&faden__preempted_ops, NULL, NULL);
}

/* Who could not be preempted may have waited or ended since, without a look around: who runs now
   has its own slice, and is perhaps a cooperative task. */
void faden__yield_due(struct cpu *cpu)
{
    cpu->attention &= ~(uint32_t)ATTEND_RESCHED;
    if (cpu->refused_at == cpu->switches)
        faden__preempted_yield();
}
