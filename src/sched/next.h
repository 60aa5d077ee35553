/* SPDX-License-Identifier: MIT */
/*
 * The next task of a cpu: whose turn it is (turn.h), and the birth of its stack. A part of sched.c.
 *
 * Urgent tasks (attr.urgent) lie in a queue of their own, new ones too, and go before all others;
 * but while others can run, one of those does after every URGENT_RUN urgent ones. An urgent task
 * that is preempted queues with the spent ones: who computes is not urgent.
 */
#ifndef FADEN_SCHED_NEXT_H
#define FADEN_SCHED_NEXT_H

#include "context/context.h"
#include "sched/domain.h"
#include "sched/preempt.h"
#include "sched/turn.h"

enum { URGENT_RUN = 8 };

static void task_entry(void *arg);

/* Give a new task its stack and its first frame. false: there is no stack. */
static bool start(struct cpu *cpu, faden_task *t)
{
    if (!t->stack) {
        t->stack = stack_get(&cpu->stacks, t->shift);
        if (unlikely(!t->stack))
            return false;
        t->stack->use = STACK_TASK;
        t->stack->owner = t;
    }
    ASSERT((uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack_low(t->stack) >=
               stack_size(t->stack),
           "start: nobody is on the stack");
    if (unlikely(cpu->runtime->config.stack_high_water))
        stack_clean(t->stack);
    if (unlikely(t->flags & TASK_PREEMPTIBLE))
        preempt_wipe(t->stack);
    t->sp = arch_frame_prepare(stack_first_frame(t->stack), task_entry, t, t->fp_control);
    store_relaxed(&cpu->started, cpu->started + 1);
    __atomic_store_n(&t->state, FADEN_TASK_NEW, __ATOMIC_RELEASE); /* after the place: state_seen */
    if (unlikely(load_seq_cst(&t->place) & PLACE_TOLD))
        domain_refresh(t);
    return true;
}

/* The next task of those that are not urgent, out of its queue; NULL: none can run. */
static inline faden_task *choose_plain(struct cpu *cpu)
{
    if (unlikely(cpu->peers))
        offer(cpu);
    while (unlikely(has_new(cpu))) {
        enum turn which = turn_of_new(cpu);
        faden_task *t;
        if (which == TURN_READY)
            break;
        t = take_fresh(cpu, which);
        if (unlikely(!t))
            continue;
        if (likely(start(cpu, t)))
            return t;
        queue_push(&cpu->stack_wait, t);
    }
    if (likely(cpu->ready.first)) {
        if (unlikely(cpu->attention & ATTEND_SLOT))
            slot_turn(cpu);
        return queue_pop(&cpu->ready);
    }
    cpu->spent_at = 0;
    return queue_pop(&cpu->spent);
}

/* An urgent one. NULL: there is none, or it is the turn of others. */
static faden_task *choose_urgent(struct cpu *cpu)
{
    while (cpu->urgent.first) {
        faden_task *t;
        if (cpu->urgent_run >= URGENT_RUN && (cpu->ready.first || has_new(cpu) || cpu->spent.first))
            break;
        t = queue_pop(&cpu->urgent);
        if (t->state == FADEN_TASK_READY || start(cpu, t)) {
            cpu->urgent_run++;
            return t;
        }
        queue_push(&cpu->stack_wait, t);
    }
    cpu->urgent_run = 0;
    if (!cpu->urgent.first)
        cpu->attention &= ~(uint32_t)ATTEND_URGENT;
    return NULL;
}

/* There are, or were, urgent ones. That it is the turn of others does not say that one of those can
   run: a new one may get no stack, or be another cpu's meanwhile. */
static __attribute__((noinline)) faden_task *choose_among_urgent(struct cpu *cpu)
{
    faden_task *t;
    do {
        t = choose_urgent(cpu);
        if (!t)
            t = choose_plain(cpu);
    } while (!t && cpu->urgent.first);
    return t;
}

/* The next task, out of its queue; NULL: none can run. */
static inline faden_task *choose(struct cpu *cpu)
{
    if (unlikely(cpu->attention & ATTEND_URGENT))
        return choose_among_urgent(cpu);
    return choose_plain(cpu);
}

#endif
