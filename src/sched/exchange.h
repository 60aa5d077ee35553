/* SPDX-License-Identifier: MIT */
/*
 * What a task has of its thread while it runs: errno, the coroutine in it, the C++ exceptions that
 * are being thrown and handled. It is exchanged where one task takes the place of another. A part
 * of sched.c.
 */
#ifndef FADEN_SCHED_EXCHANGE_H
#define FADEN_SCHED_EXCHANGE_H

#include "context/context.h"
#include "sched/sched.h"

/* The rarer part of a task's thread state: the coroutine in it, exceptions being handled. */
static __attribute__((noinline)) void exchange_extra(struct eh_globals *eh, struct here *here,
                                                     faden_task *from, const faden_task *to)
{
    bool has = to->flags & TASK_EXTRA;
    from->coro = here->coro;
    from->eh_caught = eh->caught;
    from->eh_uncaught = (uint16_t)eh->uncaught;
    if (from->coro || from->eh_caught || from->eh_uncaught)
        from->flags |= TASK_EXTRA;
    else
        from->flags &= (uint8_t)~TASK_EXTRA;
    if (from == to)
        return;
    here->coro = has ? to->coro : NULL;
    eh->caught = has ? to->eh_caught : NULL;
    eh->uncaught = has ? to->eh_uncaught : 0;
}

/* Has either of them any of that, or of `flags`? */
static inline bool has_extra(const struct cpu *cpu, const faden_task *from, const faden_task *to,
                             unsigned flags)
{
    const struct eh_globals *eh = cpu->platform.eh;
    return (uintptr_t)eh->caught | eh->uncaught | (uintptr_t)faden__here.coro |
           ((from->flags | to->flags) & flags);
}

/* What a task that has ended left of it, which should be nothing. */
static __attribute__((noinline)) void wipe_extra(struct eh_globals *eh, struct here *here)
{
    here->coro = NULL;
    eh->caught = NULL;
    eh->uncaught = 0;
}

/* Make `to` the running one, with its errno. */
static inline void become(struct cpu *cpu, faden_task *to)
{
    *cpu->platform.error = to->error;
    cpu->current = to;
    cpu->switches++;
}

/* The same in place of `from`. */
static inline void exchange_plain(struct cpu *cpu, faden_task *from, faden_task *to)
{
    ASSERT(from == &cpu->scheduler || fp_control_as_promised(), FP_PROMISED);
    from->error = *cpu->platform.error;
    become(cpu, to);
}

/* The same, with all of its thread state. */
static inline void exchange_state(struct cpu *cpu, faden_task *from, faden_task *to)
{
    if (unlikely(has_extra(cpu, from, to, TASK_EXTRA)))
        exchange_extra(cpu->platform.eh, &faden__here, from, to);
    exchange_plain(cpu, from, to);
}

#endif
