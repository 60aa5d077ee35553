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
#include "sched/tree.h"

enum { WARN_IDLE_SECONDS = 10 };
enum { SPENT_PERIOD = 4 }; /* slices between two turns of preempted tasks while others are ready */
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

/* Memory goes back while tasks are ready, too, but in a tenth of the time at most. */
static void trim_stacks(struct cpu *cpu, int64_t begin)
{
    bool busy = cpu->ready.first || cpu->spent.first || cpu->fresh.newest;
    bool more = stack_trim(&cpu->stacks);
    int64_t end = platform_now();
    if (more)
        cpu->trim_at = busy ? end + 9 * (end - begin) : end;
    else
        cpu->trim_at = end + STACK_TRIM_PERIOD;
}

static void look_at_clock(struct cpu *cpu)
{
    int64_t now = platform_now();
    cpu->since = (uint32_t)((now - cpu->runtime->start) / FADEN_MSEC);
    fire_timers(cpu, now);
    if (unlikely(cpu->spent.first) && now >= cpu->spent_at) {
        cpu->spent_at = now + SPENT_PERIOD * time_slice(cpu->runtime);
        queue_push(&cpu->ready, queue_pop(&cpu->spent));
    }
    if (unlikely(cpu->stack_wait.first) && now >= cpu->stack_retry_at) {
        cpu->stack_retry_at = now + STACK_RETRY_PERIOD;
        make_fresh(cpu, queue_pop(&cpu->stack_wait));
    }
    if (unlikely(stack_trim_wanted(&cpu->stacks)) && now >= cpu->trim_at)
        trim_stacks(cpu, now);
}

void look_around(struct cpu *cpu)
{
    cpu->look_at = cpu->switches + cpu->look_every;
    cpu->attention &= ~(uint32_t)ATTEND_RESCHED;
    inbox_take(cpu);
    look_at_clock(cpu);
    if (cpu->outside)
        platform_idle(&cpu->platform, 0);
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

/* A thread that is neither this cpu nor in the pool; it may not have touched anything of ours yet.
 */
static bool other_threads(const struct cpu *cpu)
{
    unsigned threads;
    if (!cpu->platform.threads)
        return false;
    threads = cpu->platform.threads();
    return threads == 0 || threads > 1 + load_relaxed(&faden__pool_threads);
}

/* Plain threads have used faden objects, or there are some that may yet, or another run goes on:
   somebody there may still end a wait here, so that all wait is no proof. */
static bool others_may_help(const struct cpu *cpu)
{
    return load_relaxed(&faden__plain_threads) || load_acquire(&faden__runtimes) != cpu->runtime ||
           load_acquire(&cpu->runtime->next) || other_threads(cpu);
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

/* Nothing that this cpu knows of will end a wait. */
static bool is_hopeless(const struct cpu *cpu)
{
    return !cpu->timers.count && !cpu->outside && !load_seq_cst(&cpu->inbox);
}

/* Others may end one of the waits, or nobody will: wait, and look again now and then. */
static void idle_in_hope(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    int64_t now = platform_now(), again = now + FADEN_SEC, deadline = wake_up_time(cpu);
    if (!rt->hoping_since || rt->hoping_at != cpu->switches) {
        rt->hoping_since = now;
        rt->hoping_at = cpu->switches;
    }
    if (now - rt->hoping_since >= WARN_IDLE_SECONDS * FADEN_SEC)
        warn_once(cpu);
    sleep_until(cpu, again < deadline ? again : deadline);
}

void idle(struct cpu *cpu)
{
    bool others;
    if (likely(!is_hopeless(cpu))) {
        cpu->runtime->hoping_since = 0;
        sleep_until(cpu, wake_up_time(cpu));
        return;
    }
    others = others_may_help(cpu);
    if (!is_hopeless(cpu)) /* asked again: who helps pushes first and leaves then */
        return;
    if (cpu->stack_wait.first) /* nobody will give a stack back */
        task_unrun(cpu, queue_pop(&cpu->stack_wait));
    else if (others)
        idle_in_hope(cpu);
    else
        deadlock(cpu);
}
