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
    faden_scope root;
    struct cpu *cpu;
    struct faden_config config;
    struct runtime *next; /* all of them, oldest first; tree lock */
    uint64_t spawned, finished;
    int64_t start;
    bool warned;          /* of being idle for long */
    int64_t hoping_since; /* that another thread ends a wait; 0: nobody has to */
    uint64_t hoping_at;   /* dispatches until then: when there are more, it has */
    uint32_t preempting;  /* its cpus are watched: see preempt.c */
    bool over;            /* it ends: nothing can be spawned any more; tree lock */
};
extern struct runtime *faden__runtimes;

#define TIME_SLICE_DEFAULT (10 * FADEN_MSEC)
static inline int64_t time_slice(const struct runtime *rt)
{
    return rt->config.time_slice ? rt->config.time_slice : TIME_SLICE_DEFAULT;
}

/*
 * The tree lock guards what spans tasks: scopes and who is in them, domains, joins, the records,
 * the lists of cpus and runtimes. It is the innermost lock but for none: no other is taken under
 * it.
 */
extern uint32_t faden__tree_lock;

/* ---- the trace point --------------------------------------------------------------------- */

extern void (*faden__trace_fn)(const faden_trace_event *, void *);
void faden__trace(faden_task *t, unsigned to);

/* Every change of a task's state. */
static inline void set_state(faden_task *t, unsigned to)
{
    if (__builtin_expect(faden__trace_fn != NULL, 0))
        faden__trace(t, to);
    t->state = (uint8_t)to;
}

/* ---- arrows ------------------------------------------------------------------------------ */

/* PARKED -> READY. On the task's own cpu. */
static inline void make_ready(struct cpu *cpu, faden_task *t)
{
    ASSERT(t->state == FADEN_TASK_PARKED, "make_ready: it is parked");
    cpu->outside -= t->wait->outside;
    t->since = cpu->since;
    set_state(t, FADEN_TASK_READY);
    queue_push(&cpu->ready, t);
}

/* -> NEW, in the queue of new tasks. On the task's own cpu. */
static inline void make_fresh(struct cpu *cpu, faden_task *t)
{
    cpu->attention |= ATTEND_NEW;
    fresh_push(&cpu->fresh, t);
}

/* Into the inbox of a cpu, from anywhere; kicks it if it sleeps. */
void inbox_push(struct cpu *cpu, faden_task *t);
/* The cpu empties its inbox. Gives whether there was something. */
bool inbox_take(struct cpu *cpu);

/* Run fn(arg) in the scheduler context of `cpu`, and wait until it is done. From a thread that is
   not that cpu. */
void cpu_call(struct cpu *cpu, void *(*fn)(void *arg), void *arg);

/* For a plain thread: the oldest run, kept from ending until runtime_leave. NULL: nothing runs. */
struct runtime *runtime_enter(void);
void runtime_leave(struct runtime *rt);

/* The run that a scope belongs to: that of its opener, or the one whose root it is. */
static inline struct runtime *runtime_of(const faden_scope *s)
{
    const faden_task *owner = s->domain.owner;
    if (owner)
        return faden__cpus[owner->cpu]->runtime;
    return (struct runtime *)((char *)s - offsetof(struct runtime, root));
}

/* What ends the waits of `t`: 0, -ECANCELED, -ETIMEDOUT, -EDEADLK. Marks who decided. */
int faden__ended_code(faden_task *t);

/* The scheduler context: run tasks until the root scope is empty. */
void scheduler(struct cpu *cpu);
/* Look at inbox, timers, stacks; deliver what is due. poll: and at descriptors. */
void look_around(struct cpu *cpu);
/* There is nothing to run: sleep, or find out that nothing will ever come. */
void idle(struct cpu *cpu);
/* Tell sanitizers about switches, if there are any; gives whether there are. */
bool sched_hooks(void);
/* Nothing will ever come. */
void deadlock(struct cpu *cpu);

/* The end of the running task; see sched.c. */
void task_done(struct cpu *cpu, faden_task *t, void *result);
void keys_destroy(faden_task *t);

/* Waits without a timer may last longer than `u32` ms of the run: what `since` says then is old. */
static inline uint32_t since_now(const struct cpu *cpu)
{
    return cpu->since;
}

/* Milliseconds of the run, now. */
uint32_t clock_ms(const struct runtime *rt);

#pragma GCC visibility pop

#endif
