/* SPDX-License-Identifier: MIT */
/*
 * faden_run: threads become cpus, and are until nothing holds the run any more.
 *
 * A run is held by each of its cpus whose part of the root scope has tasks (a cpu looks at that
 * when it has nothing to do), and by threads that spawn from outside, while they do. Who gives up
 * the last hold ends the run: nothing can be spawned then. Guests, threads that look at the run, do
 * not keep it from ending, only its records from going.
 */
#include "sched/debug.h"
#include "sched/domain.h"
#include "sched/park.h"
#include "sched/preempt.h"
#include "sched/record.h"
#include "sched/sched.h"
#include "sched/spawn.h"
#include "sched/table.h"

struct runtime *faden__runtimes;
uint32_t faden__runs_lock;

#define SLICE_MIN (100 * FADEN_USEC)

static int check_config(const faden_config *c)
{
    if (c->cpus > CPUS_MAX)
        return -EAGAIN;
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

/* ---- how long a run lasts ---------------------------------------------------------------- */

static void enlist(struct cpu *cpu, struct runtime *rt)
{
    struct runtime **last = &faden__runtimes;
    lock_acquire(cpu, &faden__runs_lock);
    while (*last)
        last = &(*last)->next;
    store_release(last, rt);
    lock_release(cpu, &faden__runs_lock);
}

/* Runs lock held. The other runs look again whether anybody can end the waits of their tasks. */
static void delist(struct runtime *rt)
{
    struct runtime **at = &faden__runtimes, *other;
    unsigned i;
    while (*at != rt)
        at = &(*at)->next;
    store_release(at, rt->next);
    for (other = faden__runtimes; other; other = other->next)
        for (i = 0; i < other->n; i++)
            platform_kick(&other->cpus[i]->platform);
}

bool runtime_hold(struct runtime *rt)
{
    struct cpu *cpu = mycpu();
    bool lasts;
    lock_acquire(cpu, &faden__runs_lock);
    lasts = !rt->over;
    if (lasts)
        rt->holders++;
    lock_release(cpu, &faden__runs_lock);
    return lasts;
}

void runtime_release(struct runtime *rt)
{
    struct cpu *cpu = mycpu();
    unsigned i;
    lock_acquire(cpu, &faden__runs_lock);
    if (--rt->holders == 0) {
        delist(rt);
        store_release(&rt->over, 1);
        for (i = 0; i < rt->n; i++)
            if (rt->cpus[i] != cpu)
                platform_kick(&rt->cpus[i]->platform);
    }
    lock_release(cpu, &faden__runs_lock);
}

struct runtime *runtime_enter(void)
{
    struct runtime *rt = load_acquire(&faden__runtimes);
    if (!rt)
        return NULL;
    lock_acquire(NULL, &faden__runs_lock);
    rt = load_relaxed(&faden__runtimes);
    if (rt)
        rt->guests++;
    lock_release(NULL, &faden__runs_lock);
    return rt;
}

void runtime_leave(struct runtime *rt)
{
    lock_acquire(NULL, &faden__runs_lock);
    rt->guests--;
    lock_release(NULL, &faden__runs_lock);
}

/* Whether a thread is in there. When not, who ended the run is done with it, too. */
static bool has_guests(struct runtime *rt)
{
    bool some;
    lock_acquire(mycpu(), &faden__runs_lock);
    some = rt->guests;
    lock_release(mycpu(), &faden__runs_lock);
    return some;
}

/* ---- cpus -------------------------------------------------------------------------------- */

static int cpu_prepare(struct cpu *cpu, struct runtime *rt, unsigned rank)
{
    size_t stack_size = rt->config.stack_size ? rt->config.stack_size : STACK_SIZE_DEFAULT;
    cpu->runtime = rt;
    cpu->rank = cpu->victim = rank;
    cpu->peers = rt->n > 1;
    cpu->current = &cpu->scheduler;
    cpu->timers.tick = rt->start >> WHEEL_TICK;
    cpu->scheduler.flags = TASK_SCHEDULER;
    cpu->note.flags = TASK_NOTE;
    cpu->root.domain = (struct faden__domain){
        .kind = DOMAIN_SCOPE, .site = "faden_run", .outer = &rt->root.domain};
    cpu->look_every = rt->config.route == FADEN_ROUTE_SCHEDULER ? 0 : CPU_LOOK_EVERY;
    cpu->attention = faden__trace_fn ? ATTEND_TRACE : 0;
    cpu->reuse_stacks = !sched_hooks() && !rt->config.stack_high_water;
    stack_cache_init(&cpu->stacks, stack_size);
    return enter_table(cpu);
}

/* It came into the table and no further. */
static void cpu_unprepare(struct cpu *cpu)
{
    leave_table(cpu);
    stack_cache_drain(&cpu->stacks);
}

/* The last ones of the run leave together, since until then each may kick another. */
static void wait_for_others(struct runtime *rt)
{
    fetch_add_acq_rel(&rt->left, 1);
    while (load_acquire(&rt->left) < rt->n)
        platform_thread_wait(NULL, 0, 0);
}

static void cpu_end(struct cpu *cpu)
{
    while (has_guests(cpu->runtime) ||
           load_acquire(&cpu->guests)) { /* the last ones, nobody finds the way here any more */
        inbox_take(cpu);
        platform_thread_wait(NULL, 0, 0);
    }
    wait_for_others(cpu->runtime);
    scope_release_done(cpu, &cpu->root);
    records_drain(cpu, 0);
    wheel_end(&cpu->timers); /* those of descriptors may still be armed */
    timers_trim(cpu, true);
    stack_cache_drain(&cpu->stacks);
    leave_table(cpu);
    faden__here.cpu = NULL;
}

/* ---- faden_run --------------------------------------------------------------------------- */

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

static void be_cpu(unsigned rank, void *arg)
{
    static const faden_task_attr main_attr = {.name = "main"};
    struct main_call *call = arg;
    struct cpu *cpu = call->rt->cpus[rank];
    faden__here.cpu = cpu;
    store_release(&cpu->begun, 1);
    if (rank == 0) {
        enlist(cpu, call->rt);
        if (call->rt->config.hold_limit)
            call->error = preempt_begin(call->rt);
        if (!call->error)
            call->error = faden_spawn_at(NULL, call_main, call, &main_attr, "faden_run");
    }
    scheduler(cpu);
    cpu_end(cpu);
}

/* Prepare all cpus and go. */
static int run(struct main_call *call, struct platform_cpu **platforms)
{
    struct runtime *rt = call->rt;
    unsigned prepared;
    int err = 0;
    for (prepared = 0; prepared < rt->n && !err; prepared++) {
        platforms[prepared] = &rt->cpus[prepared]->platform;
        err = cpu_prepare(rt->cpus[prepared], rt, prepared);
    }
    rt->cpus[0]->holds = true;
    rt->holders = 1;
    if (!err) {
        err = platform_run(rt->n, platforms, be_cpu, call);
        preempt_end(rt);
        if (!err)
            return call->error || call->ran ? call->error : -ENOMEM;
    } else {
        stack_cache_drain(&rt->cpus[--prepared]->stacks);
    }
    while (prepared-- > 0)
        cpu_unprepare(rt->cpus[prepared]);
    return err;
}

/* One block for what `n` cpus need: their records, and two tables of pointers to them. */
static size_t block_size(unsigned n)
{
    return n * (sizeof(struct cpu) + 2 * sizeof(void *)) + _Alignof(struct cpu);
}

static int run_on(unsigned n, struct main_call *call)
{
    char *block = platform_alloc(block_size(n));
    struct cpu *cpu;
    struct platform_cpu **platforms;
    unsigned i;
    int err;
    if (!block)
        return -ENOMEM;
    cpu = (struct cpu *)(((uintptr_t)block + _Alignof(struct cpu) - 1) &
                         ~(uintptr_t)(_Alignof(struct cpu) - 1));
    call->rt->n = n;
    call->rt->cpus = (struct cpu **)(cpu + n);
    platforms = (struct platform_cpu **)(call->rt->cpus + n);
    for (i = 0; i < n; i++) {
        cpu[i] = (struct cpu){.rank = i};
        call->rt->cpus[i] = &cpu[i];
    }
    err = run(call, platforms);
    platform_free(block, block_size(n));
    return err;
}

int faden_run(int (*main)(void *arg), void *arg, const faden_config *config, int *result)
{
    static const faden_config defaults;
    struct runtime rt = {
        .root.domain = {.kind = DOMAIN_SCOPE, .site = "faden_run"},
        .config = config ? *config : defaults,
        .start = platform_now(),
        .next_id = 1,
    };
    struct main_call call = {.main = main, .arg = arg, .rt = &rt};
    unsigned n = rt.config.cpus ? rt.config.cpus : platform_cpus();
    int err = check_config(&rt.config);
    if (err < 0)
        return err;
    if (mycpu())
        return -EBUSY;
    store_relaxed(&stack_describe_task, describe_task); /* other runs may begin now, too */
    err = run_on(n < CPUS_MAX ? n : CPUS_MAX, &call);
    if (!err && result)
        *result = call.result;
    return err;
}
