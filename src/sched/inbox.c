/* SPDX-License-Identifier: MIT */
/*
 * The inbox: how other threads hand tasks to a cpu. A lock-free stack that anyone pushes to and
 * only the cpu empties, all at once, so that no entry can come back while a push looks at it (no
 * ABA).
 *
 * No push is missed by a cpu that goes to sleep (sched.h, idle):
 *
 *      pusher                              cpu
 *      inbox = t          (seq_cst)        sleeping = 1           (seq_cst)
 *      sleeping?          (seq_cst)        inbox empty?           (seq_cst)
 *        1: kick                             yes: sleep, until a kick
 *
 * In the one order of these four either the pusher sees sleeping == 1, or the cpu sees the task.
 * A kick is remembered by the world if it comes before the sleep.
 *
 * Who finds the inbox not empty leaves the kick to who found it empty: between the two the cpu has
 * not taken anything, so it is awake, or will be kicked. Else a cpu that takes its time to wake is
 * kicked for each task that comes until then, and that is a system call, or an interrupt.
 *
 * What was pushed may be the last thing that kept the run going, and the cpu's record ends with the
 * run: the pusher counts itself among the cpu's guests until it has kicked, and the cpu waits for
 * its guests to leave. A cpu of the same run need not: the cpus of a run end together.
 */
#include "sched/move.h"
#include "sched/park.h"
#include "sched/sched.h"

/* A chain, newest first. */
static inline void push_all(struct cpu *cpu, faden_task *newest, faden_task *oldest)
{
    faden_task *first = NULL; /* most often so; to look first would fetch the line twice */
    do
        oldest->next = first;
    while (!cas_seq_cst(&cpu->inbox, &first, newest));
    if (!first && load_seq_cst(&cpu->sleeping))
        rouse(cpu);
}

static inline void push(struct cpu *cpu, faden_task *t)
{
    push_all(cpu, t, t);
}

void inbox_push_all(struct cpu *cpu, faden_task *newest, faden_task *oldest)
{
    push_all(cpu, newest, oldest);
}

void inbox_push(struct cpu *cpu, faden_task *t)
{
    const struct cpu *own = mycpu();
    __builtin_prefetch(&cpu->inbox, 1); /* `runtime`, which is only read, lies in that line, too */
    __builtin_prefetch(t, 1);
    if (likely(own && own->runtime == cpu->runtime)) {
        push(cpu, t);
        return;
    }
    fetch_add_acq_rel(&cpu->guests, 1);
    push(cpu, t);
    fetch_add_acq_rel(&cpu->guests, (uint32_t)-1);
}

static void deliver(struct cpu *cpu, faden_task *t)
{
    if (unlikely(t->flags & TASK_NOTE)) {
        take_note(cpu);
    } else if (unlikely(t->flags & TASK_CALL)) {
        struct faden__wait *done = t->wait;
        t->fn(t->arg);
        faden__wake_slow(done);
    } else if (t->state == FADEN_TASK_NEW) {
        fetch_add_relaxed(&cpu->coming, (uint32_t)-1);
        make_new(cpu, t);
    } else if (unlikely(t->state == FADEN_TASK_READY)) {
        arrive(cpu, t);
    } else {
        __builtin_prefetch(t->sp, 1); /* its wait lies there, too, which make_ready reads */
        make_ready_long(cpu, t);
    }
}

bool inbox_take(struct cpu *cpu)
{
    faden_task *oldest = NULL;
    faden_task *t;
    if (!load_relaxed(&cpu->inbox))
        return false;
    t = exchange_acq_rel(&cpu->inbox, NULL); /* it has hope: who sees this, sees that (hope.h) */
    __builtin_prefetch(t, 1); /* who pushed it had it last */
    while (t) { /* it lies newest first */
        faden_task *next = t->next;
        t->next = oldest;
        oldest = t;
        t = next;
    }
    while (oldest) {
        t = oldest;
        oldest = t->next;
        deliver(cpu, t);
    }
    return true;
}

void cpu_call(struct cpu *cpu, void *(*fn)(void *arg), void *arg)
{
    static const struct reason calling = {"another run to take a request", NULL};
    struct cpu *own = mytask() ? mycpu() : NULL;
    struct faden__wait w;
    faden_task call = {.flags = TASK_CALL, .fn = fn, .arg = arg, .wait = &w};
    if (!mycpu() && !load_relaxed(&faden__plain_threads))
        faden__plain_thread_enters();
    wait_init(own, &w, &calling, NULL);
    w.sticky = 1;
    w.outside = 1;
    inbox_push(cpu, &call);
    park(own, &w, NULL);
}
