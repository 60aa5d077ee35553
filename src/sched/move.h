/* SPDX-License-Identifier: MIT */
/*
 * Movable tasks (attr.movable): who wakes one takes it along to its own cpu. So tasks that talk to
 * each other come together.
 *
 * It may be taken while it is loose: parked, and its stack left. Only who has claimed its wait may
 * wake it, so there is one taker at most.
 *
 *      its cpu                             who wakes it, on another cpu
 *      sp, state, errno of the task        claim its wait
 *      ~~~~ switch ~~~~                    place: loose?
 *      place |= LOOSE     (seq_cst)          no:  the inbox of its cpu, which looks there later
 *                                            yes: place = own cpu, not loose   (one cas)
 *
 * Its cpu, too, looks into a parked task: to end its wait (domain.c). It takes LOOSE away first,
 * and either has it then until it has woken, or the task is somebody else's:
 *
 *      its cpu                             who wakes it
 *      cas: here, loose -> not loose       cas: there, loose -> here, not loose
 *        lost: it is elsewhere               lost: look again: the inbox of its cpu
 *
 * The news that something has ended goes from cpu to cpu, and the task may pass it on the way. Who
 * ends stores `ended` first and looks where the task is then; who takes it says where it is first
 * and looks at `ended` then (all seq_cst), as with the stealing of new ones.
 *
 * What a cpu keeps for a task does not move: while it has a timeout or a scope of its own open,
 * sleeps, polls, waits for what is outside, or waits within a coroutine, the task stays.
 */
#ifndef FADEN_SCHED_MOVE_H
#define FADEN_SCHED_MOVE_H

#include "sched/sched.h"

/* The running task is about to park. */
static inline bool may_move(const struct cpu *cpu, const faden_task *t)
{
    return t->flags & TASK_MOVABLE && cpu->peers && !t->wait->outside && !t->wait->stays &&
           t->domain->owner != t && !faden__here.coro;
}

/* It has left its stack. */
static inline void let_loose(struct cpu *cpu)
{
    faden_task *t = cpu->left;
    cpu->left = NULL;
    ASSERT(task_cpu(t) == cpu->index, "let_loose: it is here");
    task_mark(t, PLACE_LOOSE);
}

/* `t` is on this cpu and stays until it has waited again. false: it is on another one. */
static inline bool hold_here(const struct cpu *cpu, faden_task *t)
{
    uint32_t was = load_seq_cst(&t->place);
    do {
        if ((was & PLACE_CPU) != cpu->index)
            return false;
        if (!(was & PLACE_LOOSE))
            return true;
    } while (!cas_seq_cst(&t->place, &was, was & ~(uint32_t)PLACE_LOOSE));
    return true;
}

/* READY, and it roams: `wait` is this one, since there is no other while it is ready (share.c). */
extern struct faden__wait faden__roams;

/* PARKED -> READY on its cpu, for one that may be movable. */
static inline void ready_arrow_long(struct cpu *cpu, faden_task *t)
{
    bool stays = t->wait->stays; /* it was not loose */
    ready_arrow(cpu, t);
    if (t->flags & TASK_MOVABLE && cpu->peers && !stays) {
        t->wait = &faden__roams;
        cpu->roaming = true;
    }
}

/* Give some of those that roam to a cpu that sleeps. */
void share(struct cpu *cpu);
/* `t` has been woken. If it roams and is not next, and a cpu sleeps, look around soon. */
void share_soon(struct cpu *cpu, const faden_task *t);
/* One that was given has come here. */
void arrive(struct cpu *cpu, faden_task *t);

/* The caller has claimed the wait of `t`. true: it is on this cpu now, and not loose. */
bool take_along(struct cpu *cpu, faden_task *t);

#endif
