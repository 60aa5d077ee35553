/* SPDX-License-Identifier: MIT */
/* Where task records come from: the cpu's own free ones, and the pool of all cpus. */
#ifndef FADEN_SCHED_RECORD_H
#define FADEN_SCHED_RECORD_H

#include "sched/sched.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

enum {
    RECORDS_KEEP = 1024, /* a cpu keeps so many for itself at most: 128 KiB */
    RECORDS_BATCH = 32, /* so many go at a time where several cpus share the pool */
};

/* The pool. `cpu` is the caller's or NULL. NULL: out of memory. */
faden_task *record_pool_get(struct cpu *cpu);
void record_pool_put(struct cpu *cpu, faden_task *t);
/* A batch from the pool to the cpu; all but `keep` of the cpu's back to the pool. */
void records_fill(struct cpu *cpu);
void records_drain(struct cpu *cpu, uint32_t keep);

/* The pool stands still. */
void records_lock(struct cpu *cpu);
void records_unlock(struct cpu *cpu);
/* Another thread had the pool, and is gone: begin with a new one. */
void records_forget(void);

/* The first of the cpu's own, `t`, which there is. */
static inline void record_take(struct cpu *cpu, faden_task *t)
{
    cpu->records = t->next;
    cpu->records_count--;
}

/* `cpu` is the caller's, or NULL. */
static inline faden_task *record_get(struct cpu *cpu)
{
    faden_task *t;
    if (unlikely(!cpu))
        return record_pool_get(cpu);
    if (unlikely(!cpu->records)) {
        if (!cpu->peers)
            return record_pool_get(cpu);
        records_fill(cpu);
        if (!cpu->records)
            return NULL;
    }
    t = cpu->records;
    record_take(cpu, t);
    return t;
}

/* The cpu has room for one more of its own. */
static inline bool record_fits(const struct cpu *cpu)
{
    return cpu->records_count != RECORDS_KEEP;
}
static inline void record_keep(struct cpu *cpu, faden_task *t)
{
    t->id = 0;
    t->next = cpu->records;
    cpu->records = t;
    cpu->records_count++;
}

static inline void record_put(struct cpu *cpu, faden_task *t)
{
    if (unlikely(!cpu || (!record_fits(cpu) && !cpu->peers))) {
        record_pool_put(cpu, t);
        return;
    }
    if (unlikely(!record_fits(cpu)))
        records_drain(cpu, RECORDS_KEEP - RECORDS_BATCH);
    record_keep(cpu, t);
}

#pragma GCC visibility pop

#endif
