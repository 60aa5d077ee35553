/* SPDX-License-Identifier: MIT */
/*
 * The deque of new tasks: src/sched/deque.h, line by line. The owner pushes, takes the newest and
 * (turn.h, every 32nd dispatch) steals the oldest from itself; thieves steal.
 *
 * Bound: TASKS tasks through SIZE slots, THIEVES thieves, every order of pushes, takes and steals of
 * the owner; store buffers of memory.pml. Indices count from 1 and do not wrap; that the ring is
 * written over when top has passed is in, since TASKS > SIZE.
 * Shown: every task is taken once, and none is read that was not written.
 */
#ifndef TASKS
#define TASKS 3
#endif
#ifndef THIEVES
#define THIEVES 2
#endif
#define SIZE 2
#define PROCESSES 1 /* thieves store by cas only: no buffers */
#define WORDS (2 + SIZE)
#define TOP 0
#define BOTTOM 1
#define SLOT(i) (2 + (i) % SIZE)
#define OWNER 0

#include "memory.pml"

bool taken[TASKS + 1];
byte count;
bool done;

inline got(task)
{
    d_step { assert(task != 0 && !taken[task]); taken[task] = true; count++ }
}

inline deque_push(b, t, task)
{
    load(OWNER, BOTTOM, b);
#ifdef M_SLOT_AFTER_BOTTOM
    store_seq_cst(OWNER, BOTTOM, b + 1);
    store_relaxed(OWNER, SLOT(b), task)
#else
    store_relaxed(OWNER, SLOT(b), task);
#ifdef M_PUSH_RELAXED
    store_relaxed(OWNER, BOTTOM, b + 1)
#else
    store_seq_cst(OWNER, BOTTOM, b + 1)
#endif
#endif
}

inline deque_take(b, t, task, ok)
{
    load(OWNER, BOTTOM, b);
    b--;
#ifdef M_TAKE_RELAXED
    store_relaxed(OWNER, BOTTOM, b);
#else
#ifdef M_TAKE_RELEASE
    store_release(OWNER, BOTTOM, b);
#else
    store_seq_cst(OWNER, BOTTOM, b);
#endif
#endif
    load(OWNER, TOP, t);
    if
    :: b < t -> store_relaxed(OWNER, BOTTOM, b + 1)
    :: else ->
        load(OWNER, SLOT(b), task);
        ok = true;
#ifndef M_LAST_WITHOUT_CAS
        if
        :: b != t
        :: else ->
            d_step { RMW(OWNER) -> ok = word[TOP] == t; word[TOP] = word[TOP] + ok };
            store_relaxed(OWNER, BOTTOM, b + 1)
        fi;
#endif
        if
        :: ok -> got(task)
        :: else
        fi
    fi;
    d_step { b = 0; t = 0; task = 0; ok = false }
}

#ifdef M_STEAL_WITHOUT_CAS
#define CAS(is) \
    ok = true; \
    word[TOP] = is + 1
#else
#define CAS(is) \
    ok = word[TOP] == is; \
    word[TOP] = word[TOP] + ok
#endif

/* By the owner, too: it has flushed its buffer by then, since what it reads first is seq_cst. */
inline deque_steal(b, t, task, ok)
{
#ifdef M_BOTTOM_FIRST
    b = word[BOTTOM];
    t = word[TOP];
#else
    t = word[TOP];
    b = word[BOTTOM];
#endif
    if
    :: b <= t
    :: else ->
#ifdef M_READ_AFTER_CAS
        d_step { CAS(t) };
        task = word[SLOT(t)];
#else
        task = word[SLOT(t)];
        d_step { CAS(t) };
#endif
        if
        :: ok -> got(task)
        :: else
        fi
    fi;
    d_step { b = 0; t = 0; task = 0; ok = false }
}

active proctype owner()
{
    byte b, t, task, pushed;
    bool ok;
    d_step { word[TOP] = 1; word[BOTTOM] = 1 };
    start_memory();
    do
    :: pushed < TASKS ->
        load(OWNER, TOP, t); /* is there room? */
        load(OWNER, BOTTOM, b);
        if
#ifdef M_NO_ROOM
        :: b - t <= SIZE ->
#else
        :: b - t < SIZE ->
#endif
            pushed++;
            deque_push(b, t, pushed)
        :: else -> deque_take(b, t, task, ok)
        fi
    :: true -> deque_take(b, t, task, ok)
    :: buffered[OWNER] == 0 -> deque_steal(b, t, task, ok)
    :: pushed == TASKS -> break
    od;
    do /* what the thieves leave */
    :: count < TASKS -> deque_take(b, t, task, ok)
    :: count == TASKS -> break
    od;
    done = true
}

active [THIEVES] proctype thief()
{
    byte b, t, task;
    bool ok;
    do
    :: done -> break
    :: !done -> deque_steal(b, t, task, ok)
    od
}
