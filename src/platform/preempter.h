/* SPDX-License-Identifier: MIT */
/*
 * What the scheduler and a world that can take the processor from a task ask of each other, beyond
 * platform.h. docs/design/preemption.md tells the whole.
 *
 *      watcher, another thread            on the cpu, interrupted
 *      preempt_each_cpu: who holds a
 *      cpu too long?    -- interrupt -->  preempt_current: whom did it hit, may it be preempted?
 *                                         the world: is it safe here?
 *                                           no:  preempt_refuse
 *                                           yes: the task goes on in faden__preempted (arch), which
 *                                                saves what a call may change, and calls
 *                                                faden__preempted_yield; later it goes on where it
 *                                                was interrupted
 */
#ifndef FADEN_PLATFORM_PREEMPTER_H
#define FADEN_PLATFORM_PREEMPTER_H

#include "platform/platform.h"

enum { PREEMPT_SCAN = 8192 }; /* bytes of stack in use at most where a task is preempted */

/* ---- the world's part --------------------------------------------------------------------- */

struct preempter {
    /*
     * A run begins or ceases to want its cpus watched, every `period` ns or more often, with the
     * interrupt `interrupt` (0: the world's choice). Any thread. begin gives 0, or -ENOTSUP (said
     * why on the error stream), -EBUSY (another run uses another interrupt), -EAGAIN, -ENOMEM.
     */
    int (*begin)(int64_t period, int interrupt);
    void (*end)(void);
};

/* Set by the world before its first cpu runs; NULL: this world has none. */
extern const struct preempter *faden__preempter;

/* ---- the scheduler's part ----------------------------------------------------------------- */

/* A cpu, seen from another thread: what it shows may be a moment old. */
struct preempt_cpu {
    struct platform_cpu *cpu;
    unsigned index;
    size_t switches;  /* stands still while one task holds the cpu */
    bool busy;        /* it runs a task */
    bool preemptible; /* the task that it runs */
    int64_t slice;
    int64_t hold_limit;      /* 0: none */
    const char *name, *site; /* of the task: true if `switches` is still the same */
};

/* fn for each cpu of each run that has begun; none of them ends meanwhile. */
void preempt_each_cpu(void (*fn)(const struct preempt_cpu *seen, void *arg), void *arg);

/* Who runs on the calling cpu. */
struct preempt_task {
    size_t switches;
    unsigned cpu;
    bool preemptible;
    bool disabled;     /* by its user, or a lock of ours is held */
    bool in_coroutine; /* it runs on the stack of a coroutine */
    char *low, *base;  /* its stack: the lowest usable byte; where its first frame begins */
    uint64_t id;
    const char *name, *site;
};
/* For the interrupted cpu itself, between any two of its instructions. false: it runs no task. */
bool preempt_current(struct preempt_task *out);
/* Likewise: it cannot be preempted here; let it yield at the next place that asks. */
void preempt_refuse(void);

/* Called by the architecture's faden__preempted, on the task's stack. */
void faden__preempted_yield(void);

#endif
