/* SPDX-License-Identifier: MIT */
/* The rarer half of the slot: others are ready. */
#include "sched/slot.h"

void faden__slot_fill(struct cpu *cpu, faden_task *t)
{
    ASSERT(t->state == FADEN_TASK_READY && cpu->ready.first, "slot_fill: ready, like others");
    if (cpu->attention & ATTEND_SLOT || cpu->handed_at == cpu->switches) {
        queue_push(&cpu->ready, t);
        return;
    }
    cpu->handed_at = cpu->switches;
    cpu->attention |= ATTEND_SLOT;
    if (cpu->slot_run < SLOT_CAP)
        queue_push_first(&cpu->ready, t);
    else /* so it stays empty until one of the others has had its turn */
        queue_push(&cpu->ready, t);
}

void slot_turn(struct cpu *cpu)
{
    ASSERT(cpu->ready.first, "slot_turn: some are ready");
    cpu->attention &= ~(uint32_t)ATTEND_SLOT;
    cpu->slot_run = cpu->slot_run < SLOT_CAP ? cpu->slot_run + 1 : 0;
}
