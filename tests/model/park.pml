/* SPDX-License-Identifier: MIT */
/*
 * Waiting, handing over, cancelling: src/sched/park.h (claim, waitlist_take, wake, wait_in), sched.c
 * (pick_park, finish_switch), domain.c (interrupt), with the semaphore (src/sync/sem.c) as the object.
 *
 * Bound: WAITERS tasks, each on a cpu of its own, that wait once and may be cancelled once, and POSTERS
 * threads that post once. Sequentially consistent: all that matters here is under the lock or is a
 * read-modify-write.
 * Shown: nobody touches a wait after its frame has ended; each wait is ended once, and its task woken
 * once, when its stack is free; what was posted is taken or still there, and nobody waits while it is.
 */
#ifndef WAITERS
#define WAITERS 2
#endif
#ifndef POSTERS
#define POSTERS 2
#endif
#define NOBODY WAITERS
#define RUNNING 0
#define PARKED 1
#define READY 2
#define CANCELED 1

bool lock;
byte count;            /* of the semaphore */
chan list = [WAITERS] of {byte};
bool alive[WAITERS + 1]; /* its frame is there: others may touch its wait */
bool on_stack[WAITERS];  /* its cpu has not left its stack */
bool claimed[WAITERS];
byte result[WAITERS], state[WAITERS];
bool inbox[WAITERS];     /* of its cpu: the task is in it */
byte served;
bool freed; /* the object: whoever is served last may do that at once */

inline acquire()
{
    atomic { !lock -> assert(!freed); lock = true }
}

inline release()
{
    d_step { assert(!freed); lock = false }
}

inline serve()
{
    d_step { served++; freed = served == POSTERS }
}

inline claim(w, won)
{
    assert(alive[w]);
#ifdef M_CLAIM_IN_TWO_STEPS
    won = !claimed[w];
    claimed[w] = true
#else
    d_step { won = !claimed[w]; claimed[w] = true }
#endif
}

inline leave(w)
{
    if
    :: list ?? [eval(w)] -> list ?? eval(w)
    :: else
    fi
}

active [WAITERS] proctype waiter()
{
    bool won, ends;
    if
    :: ends = true
    :: skip
    fi;
    alive[_pid] = true;
    on_stack[_pid] = true;
    acquire();
    if
    :: count > 0 ->
        count--;
        release();
        serve()
    :: else ->
#ifdef M_JOIN_AFTER_OPEN
        release();
        acquire();
#endif
        list ! _pid;
#ifdef M_OPEN_EARLY
        release();
#endif
        state[_pid] = PARKED; /* pick_park */
        on_stack[_pid] = false;
#ifndef M_OPEN_EARLY
        release(); /* finish_switch */
#endif
        do /* its cpu, meanwhile */
        :: atomic { inbox[_pid] -> inbox[_pid] = false };
            assert(state[_pid] == PARKED && !on_stack[_pid]);
            state[_pid] = READY
        :: ends && state[_pid] == PARKED -> /* a timer or a cancellation */
            ends = false;
            claim(_pid, won);
            if
            :: won ->
                result[_pid] = CANCELED;
                state[_pid] = READY
            :: else
            fi
        :: state[_pid] == READY -> break
        od;
        state[_pid] = RUNNING;
        on_stack[_pid] = true;
        if
        :: result[_pid] == CANCELED ->
#ifndef M_NO_LEAVE
#ifndef M_LEAVE_UNLOCKED
            acquire();
#endif
            leave(_pid);
#ifndef M_LEAVE_UNLOCKED
            release()
#endif
#else
            skip
#endif
        :: else -> serve()
        fi
    fi;
    alive[_pid] = false
}

active [POSTERS] proctype poster()
{
    byte w;
    bool won;
    acquire();
    w = NOBODY;
    do /* waitlist_take */
    :: w == NOBODY && len(list) > 0 ->
        list ? w;
#ifdef M_NO_CLAIM
        break
#else
        claim(w, won);
        if
        :: won -> break
#ifdef M_LOST_CLAIM_IS_SERVED
        :: !won -> break
#else
        :: !won -> w = NOBODY
#endif
        fi
#endif
    :: w == NOBODY && len(list) == 0 -> break
    od;
    if
    :: w == NOBODY -> count++
    :: else
    fi;
#ifndef M_WAKE_FIRST
    release();
#endif
    if
    :: w != NOBODY ->
        assert(alive[w]);
        result[w] = 0;
        assert(!on_stack[w] && !inbox[w]);
        inbox[w] = true
#ifdef M_TOUCH_AFTER_WAKE
        ; assert(alive[w])
#endif
    :: else
    fi;
#ifdef M_WAKE_FIRST
    release()
#else
    skip
#endif
}

active proctype monitor()
{
    byte w;
    timeout;
    assert(served + count == POSTERS);
    for (w : 0 .. WAITERS - 1) {
        assert(!alive[w] || count == 0)
    }
}
