/* SPDX-License-Identifier: MIT */
/*
 * When nothing will ever come: no cpu of a run has hope. A part of idle.c.
 *
 * A cpu without hope has no ready task and no timer, and waits for nothing outside. It says so
 * before it looks at the others, so the last one sees all. That one looks twice, for what there is
 * to do may move meanwhile, from a cpu that it comes to later to one that it has seen:
 *
 *      who looks                            each cpu
 *      hope: odd? in all    (seq_cst)       hope + 1: none         (seq_cst)
 *      ~~~~~~~~~~~~ T                       ...
 *      inbox empty?         (seq_cst)       hope + 1: some again
 *      hope: the same?                      takes its inbox        (acq_rel)
 *
 * If all are the same, no cpu had hope from before T until after its second look, and so nobody
 * has pushed anything since T. What had been pushed before was in an inbox at T: it is found there,
 * or the number is found to be another one, for who takes an inbox has said so before.
 *
 * The sum of the numbers tells whether somebody had hope between two such looks: so what a cpu has
 * shown before it gave up hope (wants_stack) still holds if it is read in between and the sum is
 * the same. Who reads what a cpu shows the next time sees that it has had hope.
 *
 * A plain thread pushes, too. Who despairs asks whether there is one first, and then here: so what
 * the last one has pushed before it ended must be seen, hence the seq_cst.
 */
#ifndef FADEN_SCHED_HOPE_H
#define FADEN_SCHED_HOPE_H

#include "sched/sched.h"

static inline void give_up_hope(struct cpu *cpu)
{
    ASSERT(!(cpu->hope & 1), "give_up_hope: there was some");
    store_release(&cpu->wants_stack, cpu->stack_wait.first != NULL);
    store_seq_cst(&cpu->hope, cpu->hope + 1);
}

/* Said before it takes what nobody else sees from then on. */
static inline void hope_again(struct cpu *cpu)
{
    if (load_relaxed(&cpu->hope) & 1)
        store_relaxed(&cpu->hope, cpu->hope + 1); /* taking it publishes this, too */
}

/* No cpu has hope. A cpu that takes a task from another one has hope already. *sum is the same the
   next time if no cpu had some in between. */
static inline bool all_hopeless(const struct runtime *rt, uint32_t *sum)
{
    uint32_t first = 0, again = 0;
    unsigned i;
    for (i = 0; i < rt->n; i++) {
        uint32_t hope = load_seq_cst(&rt->cpus[i]->hope);
        if (!(hope & 1))
            return false;
        first += hope;
    }
    for (i = 0; i < rt->n; i++) {
        if (load_seq_cst(&rt->cpus[i]->inbox) || deque_offers(&rt->cpus[i]->offers))
            return false;
        again += load_relaxed(&rt->cpus[i]->hope);
    }
    *sum = first;
    return first == again;
}

#endif
