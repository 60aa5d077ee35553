/* SPDX-License-Identifier: MIT */
/* Where task records come from. The tree lock must be held. */
#ifndef FADEN_SCHED_RECORD_H
#define FADEN_SCHED_RECORD_H

#include "sched/sched.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

/* The pool of all cpus. NULL: out of memory. */
faden_task *record_pool_get(void);
void record_pool_put(faden_task *t);

enum { RECORDS_KEEP = 256 }; /* a cpu keeps so many for itself */

/* `cpu` is the caller's, or NULL. */
static inline faden_task *record_get(struct cpu *cpu)
{
    faden_task *t;
    if (unlikely(!cpu || !cpu->records))
        return record_pool_get();
    t = cpu->records;
    cpu->records = t->next;
    cpu->records_count--;
    return t;
}

static inline void record_put(struct cpu *cpu, faden_task *t)
{
    if (unlikely(!cpu || cpu->records_count == RECORDS_KEEP)) {
        record_pool_put(t);
        return;
    }
    t->next = cpu->records;
    cpu->records = t;
    cpu->records_count++;
}

/* Give what the cpu keeps to the pool. */
static inline void records_drain(struct cpu *cpu)
{
    while (cpu->records) {
        faden_task *t = cpu->records;
        cpu->records = t->next;
        record_pool_put(t);
    }
    cpu->records_count = 0;
}

#pragma GCC visibility pop

#endif
