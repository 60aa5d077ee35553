/* SPDX-License-Identifier: MIT */
/*
 * The child of a fork(2) has a copy of everything but the other threads. What that leaves:
 *
 *      who forks                    what there is in the child
 *      a plain thread               no run; a new one may begin
 *      a task, one cpu              its run, with copies of all its tasks; it goes on
 *      a task of several cpus       its run cannot go on, since the other cpus' tasks would never
 *                                   move again: whatever would wait or yield panics, the rest works
 *
 * Locks of the library that another thread may hold are taken before and opened behind, so that
 * what they guard is whole in the child. A thread that is no cpu cannot do that while cpus are
 * alone (lock.h), and makes no cpu of itself for a fork that may only want to exec; but then the
 * runs are gone in the child, and what those locks guard begins anew.
 *
 * The records of cpus that are gone stay in the table: a wake of one of their tasks, which still
 * stands in the list of some object, goes into an inbox that nobody empties.
 */
#include "sched/fork.h"

#include "sched/park.h"
#include "sched/preempt.h"
#include "sched/record.h"
#include "sched/sched.h"
#include "stack/pool.h"

void sched_before_fork(void)
{
    struct cpu *cpu = mycpu();
    if (cpu) {
        lock_acquire(cpu, &faden__runs_lock);
        records_lock(cpu);
    }
    keys_lock();
    pool_lock();
}

static void open_locks(struct cpu *cpu)
{
    pool_unlock();
    keys_unlock();
    if (cpu) {
        records_unlock(cpu);
        lock_release(cpu, &faden__runs_lock);
    }
}

void sched_after_fork(void)
{
    open_locks(mycpu());
}

/* Threads that waited for an answer are not there to have it, and their stacks may be used anew. */
static void forget_calls(struct cpu *cpu)
{
    faden_task **at = &cpu->inbox;
    while (*at)
        if ((*at)->flags & TASK_CALL && !(*at)->wait->task)
            *at = (*at)->next;
        else
            at = &(*at)->next;
}

static void forget_others(struct cpu *own)
{
    unsigned i;
    for (i = 0; i < CPUS_MAX; i++)
        if (faden__cpus[i] && faden__cpus[i] != own)
            store_relaxed(&faden__cpus[i]->depth, 0); /* it is in no section any more */
    store_relaxed(&faden__cpus_visitors, 0);
    store_relaxed(&faden__plain_threads, 0);
}

static void keep_run(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    faden__runtimes = rt;
    rt->next = NULL;
    rt->holders = cpu->holds;
    rt->guests = 0; /* their threads are gone */
    store_relaxed(&cpu->guests, 0);
    forget_calls(cpu);
    preempt_after_fork(rt);
    if (rt->n == 1)
        return;
    if (cpu->depth < DEPTH_USER)
        cpu->disabled_at = "the fork, in which the other cpus of the run stayed behind";
    cpu->attention |= ATTEND_DISABLED;
    store_relaxed(&cpu->depth, cpu->depth + DEPTH_USER);
}

void sched_after_fork_in_child(void)
{
    struct cpu *cpu = mycpu();
    forget_others(cpu);
    open_locks(cpu);
    if (cpu) {
        keep_run(cpu);
    } else {
        store_relaxed(&faden__runtimes, NULL);
        store_relaxed(&faden__runs_lock, 0);
        records_forget();
    }
}
