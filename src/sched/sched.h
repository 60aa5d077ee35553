/* SPDX-License-Identifier: MIT */
/* Handing the processor to tasks. README.md in this folder tells the whole; here are the arrows. */
#ifndef FADEN_SCHED_SCHED_H
#define FADEN_SCHED_SCHED_H

#include "base/assert.h"
#include "base/atomic.h"
#include "sched/cpu.h"
#include "sched/wait.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

/* One faden_run. */
struct runtime {
    faden_scope root; /* what faden_root() gives; its tasks are in the parts that the cpus have */
    struct cpu **cpus;
    unsigned n; /* of them */
    struct faden_config config;
    int64_t start;

    /* guarded by the runs lock */
    struct runtime *next;  /* all of them, oldest first */
    size_t holders;        /* cpus whose part of the root scope has tasks, threads that spawn */
    size_t guests;         /* threads that are in here: its records stay */
    uint64_t next_id;      /* for tasks */
    uint32_t over;         /* nothing holds it any more; read without the lock, too */

    uint32_t tree_lock;    /* others change the tree of tasks, or somebody looks at it (tree.c) */
    uint64_t born_outside; /* spawned by others than its cpus; guarded by that lock */
    uint32_t turn_outside; /* whose cpu's turn it is to get one of those */

    bool warned;         /* of being idle for long */
    uint32_t preempting; /* its cpus are watched: see preempt.c */
    uint32_t reporting;  /* 1: a cpu reports the deadlock */
    uint32_t stop;       /* not 0: its cpus hold still for one who looks at their tasks (stop.c) */
    uint32_t lookers;    /* so far */
    uint32_t left;       /* cpus that have come to the end of the run */

    _Alignas(64) uint32_t idlers; /* cpus that have announced their sleep */
    uint32_t searchers;           /* 1: one was summoned and has not looked yet */
};
extern struct runtime *faden__runtimes;

#define TIME_SLICE_DEFAULT (10 * FADEN_MSEC)
static inline int64_t time_slice(const struct runtime *rt)
{
    return rt->config.time_slice ? rt->config.time_slice : TIME_SLICE_DEFAULT;
}

extern uint32_t
    faden__runs_lock; /* the list of runs, and what is said above; the innermost but for none */

/* ---- the trace point --------------------------------------------------------------------- */

extern void (*faden__trace_fn)(const faden_trace_event *, void *);
void faden__trace(faden_task *t, unsigned to);

/* Every change of a task's state. */
static inline void set_state(faden_task *t, unsigned to)
{
    if (__builtin_expect(faden__trace_fn != NULL, 0))
        faden__trace(t, to);
    state_store(t, to);
}

/* ---- arrows ------------------------------------------------------------------------------ */

/* PARKED -> READY. On the task's own cpu, which puts it into a queue then. */
static inline void ready_arrow(struct cpu *cpu, faden_task *t)
{
    ASSERT(t->state == FADEN_TASK_PARKED, "make_ready: it is parked");
    cpu->outside -= t->wait->outside;
    t->since = cpu->since;
    set_state(t, FADEN_TASK_READY);
}

static inline void make_ready(struct cpu *cpu, faden_task *t)
{
    ready_arrow(cpu, t);
    queue_push(&cpu->ready, t);
}

/* PARKED -> READY for a task that does not take the short ways (TASK_LONG_WAYS). On its own cpu. */
void make_ready_long(struct cpu *cpu, faden_task *t);

/* -> NEW, in the queue of urgent tasks. On the task's own cpu. */
static inline void make_urgent(struct cpu *cpu, faden_task *t)
{
    cpu->attention |= ATTEND_URGENT;
    queue_push(&cpu->urgent, t);
}

/* ATTEND_SLOT, and the first of the ready ones is next: from the slot, or because it is closed. */
void slot_turn(struct cpu *cpu);

/* Let other cpus have some of the new tasks (steal.c). */
void offer(struct cpu *cpu);
void make_fresh_among_peers(struct cpu *cpu, faden_task *t);

/* -> NEW, in the queue of new tasks. On the task's own cpu. */
static inline void make_fresh(struct cpu *cpu, faden_task *t)
{
    cpu->attention |= ATTEND_NEW;
    if (unlikely(cpu->peers)) {
        make_fresh_among_peers(cpu, t);
        return;
    }
    fresh_push(&cpu->fresh, t);
}

/* Spare blocks of the wheel of timers go back: those that are too many, or all. */
void timers_trim(struct cpu *cpu, bool all);

/* -> NEW, in the queue for its kind. On the task's own cpu. */
static inline void make_new(struct cpu *cpu, faden_task *t)
{
    if (unlikely(t->flags & TASK_URGENT))
        make_urgent(cpu, t);
    else
        make_fresh(cpu, t);
}

/* Take a new task from another cpu; it is then in this one's queue. false: none has one. */
bool steal(struct cpu *cpu);
/* Another cpu offers something, seen after the sleep was announced. */
bool others_offer(const struct cpu *cpu);
/* If a cpu sleeps and none is on its way to look for work, wake one. */
void summon(struct cpu *cpu);
/* Say how many new tasks there are, for those who place theirs. */
void tell_load(struct cpu *cpu);
/* The cpu that a task born here is to go to. */
struct cpu *place_among_peers(struct cpu *cpu);
static inline struct cpu *place(struct cpu *cpu)
{
    return unlikely(cpu->peers) ? place_among_peers(cpu) : cpu;
}

/* Into the inbox of a cpu, from anywhere; kicks it if it sleeps. */
void inbox_push(struct cpu *cpu, faden_task *t);
/* The same for a chain of them by next, from a cpu of the run. */
void inbox_push_all(struct cpu *cpu, faden_task *newest, faden_task *oldest);
/* The cpu empties its inbox. Gives whether there was something. */
bool inbox_take(struct cpu *cpu);

/* Run fn(arg) in the scheduler context of `cpu`, and wait until it is done. From a thread that is
   not that cpu. */
void cpu_call(struct cpu *cpu, void *(*fn)(void *arg), void *arg);

/* Let the cpu look at its visits, and stop if that is wanted. */
void cpu_note(struct cpu *cpu);
/* What a note says (stop.c). */
void take_note(struct cpu *cpu);
/* Scopes whose end has come round to this cpu (domain.c). */
void domain_visits(struct cpu *cpu);

/* For a plain thread: the oldest run, whose records stay until runtime_leave. NULL: nothing runs.
 */
struct runtime *runtime_enter(void);
void runtime_leave(struct runtime *rt);
/* One more reason, or one less, for the run to go on. false: it is over. */
bool runtime_hold(struct runtime *rt);
void runtime_release(struct runtime *rt);

/* The run that a scope belongs to: that of its opener, or the one whose root it is. */
static inline struct runtime *runtime_of(const faden_scope *s)
{
    const faden_task *owner = s->domain.owner;
    if (owner)
        return faden__cpus[task_cpu(owner)]->runtime;
    return (struct runtime *)((char *)s - offsetof(struct runtime, root));
}

/* The same for a scope that tasks are in: of the root scope, these are the parts. */
static inline struct runtime *runtime_of_tasks(const faden_scope *s)
{
    return s->domain.owner ? runtime_of(s)
                           : ((struct cpu *)((char *)s - offsetof(struct cpu, root)))->runtime;
}

/* What ends the waits of `t`: 0, -ECANCELED, -ETIMEDOUT, -EDEADLK. Marks who decided. */
int faden__ended_code(faden_task *t);

extern struct faden__switch_ops faden__end_ops, faden__run_ops;

/* The scheduler context: run tasks until the run is over. */
void scheduler(struct cpu *cpu);
/* Look at inbox, timers, stacks; deliver what is due. poll: and at descriptors. */
void look_around(struct cpu *cpu);
/* End the sleep of a cpu, and say when (spin.c). From anywhere. */
void rouse(struct cpu *cpu);
/* Look out for work since `begin`, for a while. true: there is some. */
bool look_out(struct cpu *cpu, int64_t begin);
/* It was idle since `begin`, and has slept. */
void spin_learn(struct cpu *cpu, int64_t begin);
/* There is nothing to run: sleep, or find out that nothing will ever come. true: something came
   soon, and has been taken out of the inbox: there is no need to look around. */
bool idle(struct cpu *cpu);
/* Tell sanitizers about switches, if there are any; gives whether there are. */
bool sched_hooks(void);
/* Nothing will ever come. */
void deadlock(struct cpu *cpu);

/* The end of the running task; see sched.c. */
void task_done(struct cpu *cpu, faden_task *t, void *result);
void keys_destroy(faden_task *t);
void keys_lock(void); /* the table of keys stands still */
void keys_unlock(void);

/* Waits without a timer may last longer than `u32` ms of the run: what `since` says then is old. */
static inline uint32_t since_now(const struct cpu *cpu)
{
    return cpu->since;
}

/* Milliseconds of the run, now. */
uint32_t clock_ms(const struct runtime *rt);

#pragma GCC visibility pop

#endif
