/* SPDX-License-Identifier: MIT */
/*
 * The end of the mode "alone": src/sched/lock.h (lock_acquire, lock_release), park.c
 * (faden__become_shared), and platform_barrier, which makes every thread execute a full barrier
 * between its beginning and its end.
 *
 * Bound: one cpu that locks SECTIONS times, THREADS plain threads that come at any moment and lock
 * once each; store buffers of memory.pml, for all of them.
 * Shown: two are never within the section at once.
 */
#ifndef THREADS
#define THREADS 2
#endif
#ifndef SECTIONS
#define SECTIONS 2
#endif
#define PROCESSES (1 + THREADS)
#define WORDS 4
#define LOCK 0
#define DEPTH 1
#define SHARED 2
#define SETTLED 3
#define CPU 0

#include "memory.pml"

byte inside;

inline section()
{
    inside++;
    assert(inside == 1);
    inside--
}

inline take_lock(p)
{
    atomic { RMW(p) && word[LOCK] == 0 -> word[LOCK] = 1 }
}

active proctype cpu()
{
    byte i, seen;
    start_memory();
    for (i : 1 .. SECTIONS) {
#ifdef M_DEPTH_AFTER_LOOK
        load(CPU, SHARED, seen);
        store_relaxed(CPU, DEPTH, 1);
#else
        store_relaxed(CPU, DEPTH, 1);
        load(CPU, SHARED, seen);
#endif
        if
        :: seen -> take_lock(CPU)
        :: else -> store_relaxed(CPU, LOCK, 1)
        fi;
#ifdef M_DEPTH_RELAXED
        store_relaxed(CPU, DEPTH, 0); /* what a machine may make of it */
#endif
        section();
        store_release(CPU, LOCK, 0);
        store_release(CPU, DEPTH, 0)
    }
}

/* Each other thread has an empty buffer at some moment. */
inline platform_barrier(other)
{
    for (other : 0 .. PROCESSES - 1) {
        buffered[other] == 0
    }
}

inline become_shared(p, other, seen)
{
    load(p, SETTLED, seen);
    if
    :: seen
    :: else ->
#ifdef M_TRUST_SHARED
        load(p, SHARED, seen);
        if
        :: seen -> goto shared
        :: else
        fi;
#endif
#ifdef M_SETTLED_EARLY
        store_seq_cst(p, SETTLED, 1);
#endif
        store_seq_cst(p, SHARED, 1);
#ifndef M_NO_BARRIER
        platform_barrier(other);
#endif
#ifndef M_NO_WAIT
        word[DEPTH] == 0;
#endif
        store_seq_cst(p, SETTLED, 1)
    fi;
shared:
    skip
}

active [THREADS] proctype thread()
{
    byte other, seen;
    become_shared(_pid, other, seen);
    take_lock(_pid);
    section();
    store_release(_pid, LOCK, 0)
}
