/* SPDX-License-Identifier: MIT */
/*
 * The table of cpus: who enters it finds out whether it is alone, and who leaves it, whether
 * somebody goes through it. A part of run.c.
 */
#ifndef FADEN_SCHED_TABLE_H
#define FADEN_SCHED_TABLE_H

#include "context/hooks.h"
#include "sched/lock.h"

/*
 * Two threads that do this at once see each other here, or the later one sees the earlier one,
 * since the stores and loads are in one order: so two cpus never both believe to be alone (lock.h).
 * Nor is anybody where the world has no barrier.
 */
static inline int enter_table(struct cpu *cpu)
{
    bool others = !platform_barrier() || hooks_see_order();
    uint32_t i;
    for (i = 0; i < CPUS_MAX; i++) {
        struct cpu *none = NULL;
        cpu->index = i;
        if (cas_seq_cst(&faden__cpus[i], &none, cpu))
            break;
    }
    if (i == CPUS_MAX)
        return -EAGAIN;
    for (i = 0; i < CPUS_MAX; i++)
        others |= i != cpu->index && load_seq_cst(&faden__cpus[i]);
    if (others)
        faden__become_shared();
    return 0;
}

/* Who goes through the table has said so before it looks; this is not there before it looks who
   does. So nobody finds a record that has ended. */
static inline void leave_table(struct cpu *cpu)
{
    store_seq_cst(&faden__cpus[cpu->index], NULL);
    while (load_seq_cst(&faden__cpus_visitors))
        platform_thread_wait(NULL, 0, 0);
}

#endif
