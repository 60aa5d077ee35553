/* SPDX-License-Identifier: MIT */
/*
 * The lock in every object that several control flows use. Sections are short and never wait, but
 * for one: a lock may be handed over to finish_switch (park.h).
 *
 * While one cpu is all there is, nobody can contend for a lock, and taking it costs no atomic
 * operation: that is the mode "alone". The first plain thread that uses an object, or the second
 * cpu, ends it for good:
 *
 *     cpu                              thread
 *     depth++                          shared = 1
 *     (compiler barrier)               platform_barrier()
 *     shared?  no: plain store         while (depth != 0) wait
 *     ...                              take the lock with an atomic
 *     depth--
 *
 * platform_barrier puts a full barrier into every running thread. Where it falls in the cpu's
 * column before `shared?`, the cpu sees 1 and takes the atomic path. Where it falls behind, depth++
 * is visible to the thread, which waits for depth--. There is no third case, so a section that
 * began without atomics has ended before the first one that needs them. A world without such a
 * barrier is never alone.
 */
#ifndef FADEN_SCHED_LOCK_H
#define FADEN_SCHED_LOCK_H

#include "base/assert.h"
#include "base/atomic.h"
#include "sched/cpu.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

extern uint32_t faden__shared;        /* 0: alone */
extern uint32_t faden__settled;       /* 1: and no section goes on that began alone */
extern uint32_t faden__plain_threads; /* 1: a plain thread has used an object */
void faden__become_shared(void);      /* returns when no section goes on that began alone */
void faden__plain_thread_enters(void);
void faden__lock_contended(uint32_t *lock);

/* Several threads may be at the objects: use atomics. */
static inline bool shared(void)
{
    return unlikely(load_relaxed(&faden__shared));
}

/* Before the look at `shared`, and behind all that the section wrote. */
static inline void depth_raise(struct cpu *cpu)
{
    store_relaxed(&cpu->depth, cpu->depth + 1);
    compiler_barrier();
}

static inline void depth_lower(struct cpu *cpu)
{
    store_release(&cpu->depth, cpu->depth - 1);
}

/* `cpu` is the caller's, or NULL in a plain thread. */
static inline void lock_acquire(struct cpu *cpu, uint32_t *lock)
{
    if (likely(cpu != NULL)) {
        depth_raise(cpu);
        if (!shared()) {
            ASSERT(load_relaxed(lock) == 0, "lock_acquire: it is free while the cpu is alone");
            store_relaxed(lock, 1);
            return;
        }
    } else if (unlikely(!load_relaxed(&faden__plain_threads))) {
        faden__plain_thread_enters();
    }
    if (unlikely(exchange_acquire(lock, 1)))
        faden__lock_contended(lock);
}

/* Only the lock, not the preempt depth: for the hand-over. */
static inline void lock_open(uint32_t *lock)
{
    ASSERT(load_relaxed(lock), "lock_open: it is held");
    store_release(lock, 0);
}

static inline void lock_release(struct cpu *cpu, uint32_t *lock)
{
    lock_open(lock);
    if (likely(cpu != NULL))
        depth_lower(cpu);
}

/*
 * A section without a lock, while the cpu is alone: for what is done so often that even a lock
 * which nobody contends for is felt. false: it is not alone, use the locks.
 */
static inline bool alone_begin(struct cpu *cpu)
{
    depth_raise(cpu);
    if (!shared())
        return true;
    depth_lower(cpu);
    return false;
}

static inline void alone_end(struct cpu *cpu)
{
    ASSERT(!load_relaxed(&faden__settled), "alone_end: who comes has waited for the section");
    depth_lower(cpu);
}

#pragma GCC visibility pop

#endif
