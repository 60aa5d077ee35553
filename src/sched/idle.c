/* SPDX-License-Identifier: MIT */
/*
 * The scheduler context between two tasks: what is due, and how a cpu sleeps.
 *
 * A cpu sleeps only after it has announced it (sleeping, idlers) and then looked again at all that
 * could give it work: the inbox (others push), what other cpus offer; and, which only it fills
 * itself, ready and new tasks, timers, the stack-wait queue. Descriptors and kicks end the sleep by
 * themselves, and who ends the run kicks all. inbox.c and steal.c draw the races.
 */
#include "sched/hope.h"
#include "sched/move.h"
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

void timers_trim(struct cpu *cpu, bool all)
{
    struct wheel_block *b;
    while ((b = wheel_take_spare(&cpu->timers, all)))
        platform_free(b, sizeof *b);
}

static void fire_timers(struct cpu *cpu, int64_t now)
{
    struct faden__timer *t;
    while ((t = wheel_take_due(&cpu->timers, now)))
        t->fire(t);
    timers_trim(cpu, false);
}

/* Memory goes back while tasks are ready, too, but in a tenth of the time at most. */
static void trim_stacks(struct cpu *cpu, int64_t begin)
{
    bool busy = cpu->ready.first || cpu->urgent.first || cpu->spent.first || cpu->fresh.newest;
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
    store_relaxed(&cpu->since, (uint32_t)((now - cpu->runtime->start) / FADEN_MSEC));
    fire_timers(cpu, now);
    if (unlikely(cpu->spent.first) && now >= cpu->spent_at) {
        if (cpu->spent_at)
            queue_push(&cpu->ready, queue_pop(&cpu->spent));
        cpu->spent_at = now + SPENT_PERIOD * time_slice(cpu->runtime);
    }
    if (unlikely(cpu->stack_wait.first) && now >= cpu->stack_retry_at) {
        cpu->stack_retry_at = now + STACK_RETRY_PERIOD;
        make_new(cpu, queue_pop(&cpu->stack_wait));
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
    if (cpu->peers)
        tell_load(cpu);
    if (unlikely(cpu->roaming))
        share(cpu);
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

/* A thread that is neither a cpu of this run nor in the pool; it may not have touched anything of
   ours yet. */
static bool other_threads(const struct cpu *cpu)
{
    unsigned threads;
    if (!cpu->platform.threads)
        return false;
    threads = cpu->platform.threads();
    return threads == 0 || threads > cpu->runtime->n + load_relaxed(&faden__pool_threads);
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

/* ---- sleeping ---------------------------------------------------------------------------- */

/* The cpu was woken to look for work, and nobody else is before it says so. See steal.c. */
static void search_when_summoned(struct cpu *cpu)
{
    bool found = steal(cpu);
    store_seq_cst(&cpu->runtime->searchers, 0);
    if ((found || steal(cpu)) && others_offer(cpu))
        summon(cpu);
}

static void sleep_among_peers(struct cpu *cpu, int64_t deadline)
{
    struct runtime *rt = cpu->runtime;
    store_seq_cst(&cpu->sleeping, CPU_ASLEEP);
    fetch_add_seq_cst(&rt->idlers, 1);
    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu)) {
        cpu->idles++;
        platform_idle(&cpu->platform, deadline);
    }
    fetch_add_seq_cst(&rt->idlers, (uint32_t)-1);
    hope_again(cpu);
    if (exchange_acq_rel(&cpu->sleeping, CPU_AWAKE) == CPU_SUMMONED)
        search_when_summoned(cpu);
}

static void sleep_until(struct cpu *cpu, int64_t deadline)
{
    if (cpu->peers) {
        sleep_among_peers(cpu, deadline);
        return;
    }
    store_seq_cst(&cpu->sleeping, CPU_ASLEEP);
    if (!load_seq_cst(&cpu->inbox)) {
        cpu->idles++;
        platform_idle(&cpu->platform, deadline);
    }
    store_relaxed(&cpu->sleeping, CPU_AWAKE);
}

/* ---- nothing will come ------------------------------------------------------------------- */

/* Nothing that this cpu knows of will end a wait. */
static bool is_hopeless(const struct cpu *cpu)
{
    return !cpu->timers.count && !cpu->outside && !load_relaxed(&cpu->inbox);
}

/* Others may end one of the waits, or nobody will: wait, and look again now and then. */
static void idle_in_hope(struct cpu *cpu)
{
    int64_t now = platform_now(), again = now + FADEN_SEC, deadline = wake_up_time(cpu);
    if (!cpu->hoping_since || cpu->hoping_at != cpu->switches) {
        cpu->hoping_since = now;
        cpu->hoping_at = cpu->switches;
    }
    if (now - cpu->hoping_since >= WARN_IDLE_SECONDS * FADEN_SEC)
        warn_once(cpu);
    sleep_until(cpu, again < deadline ? again : deadline);
}

static bool any_waits_for_stack(const struct runtime *rt)
{
    unsigned i;
    for (i = 0; i < rt->n; i++)
        if (load_acquire(&rt->cpus[i]->wants_stack))
            return true;
    return false;
}

/* `t` gets a stack that lies in the cache of some cpu. The cpus hold still. */
static void find_stack(struct runtime *rt, void *arg)
{
    faden_task *t = arg;
    unsigned i;
    for (i = 0; i < rt->n && !t->stack; i++) {
        struct stack_cache *cache = &rt->cpus[i]->stacks;
        if (!cache->free || cache->hot != t->shift)
            continue;
        t->stack = stack_get(cache, t->shift);
        t->stack->use = STACK_TASK;
        t->stack->owner = t;
    }
}

/* Nobody will give a stack back. */
static void end_wait_for_stack(struct cpu *cpu, faden_task *t)
{
    on_cpu_of_caller(find_stack, t);
    if (t->stack)
        make_new(cpu, t);
    else
        task_unrun(cpu, t);
}

/* One cpu at a time. No cpu had hope when that was the sum. true: try again. */
static bool end_somehow(struct cpu *cpu, bool others, uint32_t sum)
{
    bool waits = any_waits_for_stack(cpu->runtime);
    uint32_t now;
    if (!all_hopeless(cpu->runtime, &now) || now != sum) /* another cpu may have just done it */
        return true;
    if (cpu->stack_wait.first)
        end_wait_for_stack(cpu, queue_pop(&cpu->stack_wait));
    else if (others || waits)
        return false;
    else
        deadlock(cpu);
    return true;
}

static void despair(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    bool others = others_may_help(cpu), again = false;
    uint32_t none = 0, sum;
    if (!all_hopeless(rt, &sum)) /* asked again: who helps pushes first and leaves then */
        return;
    if (cas_seq_cst(&rt->reporting, &none, 1)) {
        again = end_somehow(cpu, others, sum);
        if (again)
            hope_again(cpu);
        store_release(&rt->reporting, 0);
    }
    if (!again)
        idle_in_hope(cpu);
}

static void idle_without_hope(struct cpu *cpu)
{
    uint32_t sum;
    give_up_hope(cpu);
    if (all_hopeless(cpu->runtime, &sum))
        despair(cpu);
    else
        sleep_until(cpu, wake_up_time(cpu));
    hope_again(cpu);
}

/* The cpu's part of the root scope may be empty: then it holds the run no more. true: it is over.
 */
static bool retire(struct cpu *cpu)
{
    bool last;
    lock_acquire(cpu, &cpu->root.lock);
    last = cpu->holds && cpu->root.live == 0;
    if (last)
        cpu->holds = false;
    lock_release(cpu, &cpu->root.lock);
    if (last)
        runtime_release(cpu->runtime);
    return load_acquire(&cpu->runtime->over);
}

bool idle(struct cpu *cpu)
{
    int64_t begin = 0;
    ASSERT(!cpu->ready.first && !(cpu->attention & ATTEND_SLOT), "idle: nobody is ready");
    if (retire(cpu))
        return false;
    if (cpu->peers) {
        begin = platform_now();
        if (look_out(cpu, begin))
            return inbox_take(cpu);
    }
    if (likely(!is_hopeless(cpu))) {
        cpu->hoping_since = 0;
        sleep_until(cpu, wake_up_time(cpu));
    } else {
        idle_without_hope(cpu);
    }
    if (cpu->peers)
        spin_learn(cpu, begin);
    return false;
}
