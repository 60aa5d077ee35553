/* SPDX-License-Identifier: MIT */
/* faden_run: a thread becomes a cpu, and is one until the root scope is empty. */
#include "context/hooks.h"
#include "sched/debug.h"
#include "sched/domain.h"
#include "sched/park.h"
#include "sched/preempt.h"
#include "sched/record.h"
#include "sched/sched.h"
#include "sched/spawn.h"

struct runtime *faden__runtimes;

#define SLICE_MIN (100 * FADEN_USEC)

static int check_config(const faden_config *c)
{
    if (c->cpus > 1)
        return -ENOTSUP;
    if ((c->time_slice && c->time_slice < SLICE_MIN) || c->hold_limit < 0)
        return -EINVAL;
    if (c->route > FADEN_ROUTE_SCHEDULER || c->stack_size > STACK_SIZE_MAX ||
        c->blocking_threads > 1024)
        return -EINVAL;
    return 0;
}

static void describe_task(const void *task, struct stack_owner *out)
{
    const faden_task *t = task;
    *out = (struct stack_owner){"task", t->name, t->site, t != mytask()};
}

/*
 * Enter the cpu into the table. Two threads that do this at once see each other here, or the later
 * one sees the earlier one, since the stores and loads are in one order: so two cpus never both
 * believe to be alone (lock.h). Nor is anybody where the world has no barrier.
 */
static int enter_table(struct cpu *cpu)
{
    bool others = !platform_barrier() || hooks_see_order();
    uint32_t i;
    for (i = 0; i < CPUS_MAX; i++) {
        struct cpu *none = NULL;
        cpu->index = i;
        if (cas_seq_cst(&faden__cpus[i], &none, cpu))
            break;
    }
    if (i == CPUS_MAX)
        return -EAGAIN;
    for (i = 0; i < CPUS_MAX; i++)
        others |= i != cpu->index && load_seq_cst(&faden__cpus[i]);
    if (others)
        faden__become_shared();
    return 0;
}

static void enlist(struct cpu *cpu, struct runtime *rt)
{
    struct runtime **last = &faden__runtimes;
    lock_acquire(cpu, &faden__tree_lock);
    while (*last)
        last = &(*last)->next;
    store_release(last, rt);
    lock_release(cpu, &faden__tree_lock);
}

/* Tree lock held. The other runs look again whether anybody can end the waits of their tasks. */
static void delist(struct runtime *rt)
{
    struct runtime **at = &faden__runtimes, *other;
    while (*at != rt)
        at = &(*at)->next;
    store_release(at, rt->next);
    for (other = faden__runtimes; other; other = other->next)
        platform_kick(&other->cpu->platform);
}

/* The root scope was seen empty: release what is left in it, unless a plain thread has spawned
   meanwhile. */
static bool wind_up(struct cpu *cpu, struct runtime *rt)
{
    lock_acquire(cpu, &faden__tree_lock);
    if (!rt->root.live) {
        rt->over = true;
        scope_release_done(&rt->root);
        delist(rt);
    }
    lock_release(cpu, &faden__tree_lock);
    return rt->over;
}

static int cpu_begin(struct cpu *cpu, struct runtime *rt)
{
    size_t stack_size = rt->config.stack_size ? rt->config.stack_size : STACK_SIZE_DEFAULT;
    int err;
    cpu->runtime = rt;
    cpu->current = &cpu->scheduler;
    cpu->timers.tick = rt->start >> WHEEL_TICK;
    cpu->scheduler.flags = TASK_SCHEDULER;
    cpu->look_every = rt->config.route == FADEN_ROUTE_SCHEDULER ? 0 : CPU_LOOK_EVERY;
    cpu->attention = faden__trace_fn ? ATTEND_TRACE : 0;
    cpu->reuse_stacks = !sched_hooks() && !rt->config.stack_high_water;
    stack_cache_init(&cpu->stacks, stack_size);
    faden__here.cpu = cpu;
    err = enter_table(cpu);
    if (err < 0) {
        faden__here.cpu = NULL;
        return err;
    }
    enlist(cpu, rt);
    return 0;
}

static void cpu_end(struct cpu *cpu)
{
    while (load_acquire(&cpu->guests)) { /* the last ones, nobody finds the way here any more */
        inbox_take(cpu);
        platform_thread_wait(NULL, 0, 0);
    }
    lock_acquire(cpu, &faden__tree_lock);
    records_drain(cpu);
    lock_release(cpu, &faden__tree_lock);
    stack_cache_drain(&cpu->stacks);
    store_seq_cst(&faden__cpus[cpu->index], NULL);
    while (load_seq_cst(&faden__cpus_visitors))
        platform_thread_wait(NULL, 0, 0);
    faden__here.cpu = NULL;
}

struct main_call {
    int (*main)(void *);
    void *arg;
    int result;
    bool ran; /* false: there was no stack even for it */
    struct runtime *rt;
    int error;
};

static void *call_main(void *arg)
{
    struct main_call *call = arg;
    call->ran = true;
    call->result = call->main(call->arg);
    return NULL;
}

static void be_cpu(unsigned index, void *arg)
{
    static const faden_task_attr main_attr = {.name = "main"};
    struct main_call *call = arg;
    struct runtime *rt = call->rt;
    struct cpu *cpu = rt->cpu;
    (void)index;
    call->error = cpu_begin(cpu, rt);
    if (call->error < 0)
        return;
    if (rt->config.hold_limit)
        call->error = preempt_begin(rt);
    if (!call->error)
        call->error = faden_spawn_at(NULL, call_main, call, &main_attr, "faden_run");
    do
        scheduler(cpu);
    while (!wind_up(cpu, rt));
    if (!call->error && !call->ran)
        call->error = -ENOMEM;
    cpu_end(cpu);
}

int faden_run(int (*main)(void *arg), void *arg, const faden_config *config, int *result)
{
    static const faden_config defaults;
    struct cpu cpu = {.current = NULL};
    struct platform_cpu *const cpus[] = {&cpu.platform};
    struct runtime rt = {
        .root.domain = {.kind = DOMAIN_SCOPE, .site = "faden_run"},
        .cpu = &cpu,
        .config = config ? *config : defaults,
        .start = platform_now(),
    };
    struct main_call call = {.main = main, .arg = arg, .rt = &rt};
    int err = check_config(&rt.config);
    if (err < 0)
        return err;
    if (mycpu())
        return -EBUSY;
    stack_describe_task = describe_task;
    err = platform_run(1, cpus, be_cpu, &call);
    preempt_end(&rt);
    if (!err)
        err = call.error;
    if (!err && result)
        *result = call.result;
    return err;
}
