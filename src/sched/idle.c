/* SPDX-License-Identifier: MIT */
/*
 * The scheduler context between two tasks: what is due, and how a cpu sleeps.
 *
 * A cpu sleeps only after it has announced it (sleeping = 1) and then looked again at all that
 * could give it work: the inbox (others push), and, which only it fills itself, ready and new
 * tasks, timers, the stack-wait queue. Descriptors and kicks end the sleep by themselves. inbox.c
 * draws the race.
 */
#include "sched/park.h"
#include "sched/sched.h"
#include "sched/spawn.h"

enum { WARN_IDLE_SECONDS = 10 };
#define STACK_RETRY_PERIOD (10 * FADEN_MSEC)

uint32_t clock_ms(const struct runtime *rt)
{
    return (uint32_t)((platform_now() - rt->start) / FADEN_MSEC);
}

static void fire_timers(struct cpu *cpu, int64_t now)
{
    struct faden__timer *t;
    wheel_turn(&cpu->timers, now);
    while ((t = wheel_take_due(&cpu->timers, now)))
        t->fire(t);
}

/* The clock is read only if something depends on it. */
static void look_at_clock(struct cpu *cpu)
{
    int64_t now = platform_now();
    cpu->since = (uint32_t)((now - cpu->runtime->start) / FADEN_MSEC);
    fire_timers(cpu, now);
    if (unlikely(cpu->stack_wait.first) && now >= cpu->stack_retry_at) {
        cpu->stack_retry_at = now + STACK_RETRY_PERIOD;
        make_fresh(cpu, queue_pop(&cpu->stack_wait));
    }
    if (unlikely(stack_trim_wanted(&cpu->stacks)) && now >= cpu->trim_at)
        cpu->trim_at = stack_trim(&cpu->stacks) ? now : now + STACK_TRIM_PERIOD;
}

void look_around(struct cpu *cpu)
{
    cpu->look_at = cpu->switches + cpu->look_every;
    inbox_take(cpu);
    look_at_clock(cpu);
    if (cpu->outside)
        platform_idle(&cpu->platform, 0);
}

static bool has_work(const struct cpu *cpu)
{
    return cpu->ready.first || cpu->fresh.newest;
}

static int64_t wake_up_time(const struct cpu *cpu)
{
    int64_t t = wheel_next_time(&cpu->timers);
    if (stack_trim_wanted(&cpu->stacks) && cpu->trim_at < t)
        t = cpu->trim_at;
    if (cpu->stack_wait.first && cpu->stack_retry_at < t)
        t = cpu->stack_retry_at;
    return t;
}

/* Plain threads have used faden objects, or another run goes on: somebody there may still end a
   wait here, so that all wait is no proof. */
static bool others_may_help(const struct cpu *cpu)
{
    return load_relaxed(&faden__plain_threads) || load_acquire(&faden__runtimes) != cpu->runtime ||
           load_acquire(&cpu->runtime->next);
}

static void warn_once(struct cpu *cpu)
{
    static const char text[] =
        "faden: idle for 10 s: every task waits for another one, unless a plain thread ends one of "
        "the waits. faden_dump() shows them.\n";
    if (cpu->runtime->warned)
        return;
    cpu->runtime->warned = true;
    platform_report(text, sizeof text - 1, false);
}

static void sleep_until(struct cpu *cpu, int64_t deadline)
{
    store_seq_cst(&cpu->sleeping, 1);
    if (!load_seq_cst(&cpu->inbox)) {
        cpu->idles++;
        platform_idle(&cpu->platform, deadline);
    }
    store_relaxed(&cpu->sleeping, 0);
}

void idle(struct cpu *cpu)
{
    int64_t deadline = wake_up_time(cpu);
    bool others = others_may_help(cpu); /* before the inbox: they push first and leave then */
    bool hopeless = !cpu->timers.count && !cpu->outside && !load_seq_cst(&cpu->inbox);
    if (hopeless && cpu->stack_wait.first) { /* nobody will give a stack back */
        task_unrun(cpu, queue_pop(&cpu->stack_wait));
        return;
    }
    if (hopeless && !others) {
        deadlock(cpu);
        return;
    }
    if (hopeless) {
        int64_t warn_at = platform_now() + WARN_IDLE_SECONDS * FADEN_SEC;
        if (!cpu->runtime->warned && warn_at < deadline)
            deadline = warn_at;
        sleep_until(cpu, deadline);
        if (platform_now() >= warn_at && !has_work(cpu) && !load_relaxed(&cpu->inbox))
            warn_once(cpu);
        return;
    }
    sleep_until(cpu, deadline);
}
