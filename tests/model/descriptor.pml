/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a descriptor, edge by edge: src/io/io.h (call_wait, call_end), ready.c (deliver, edge,
 * faden__hand_on), transfer.h (the loop).
 *
 * Bound: READERS tasks that want one piece each, some in calls that may be ended; PIECES
 * that arrive one by one, from anywhere, each with an edge; edges that nobody has fetched yet become
 * one. Sequentially consistent: system calls and the lock order all of it.
 * Shown: nobody waits while there is something to read.
 */
#ifndef READERS
#define READERS 2
#endif
#ifndef PIECES
#define PIECES 2
#endif

byte there;   /* pieces in the kernel */
bool pending; /* epoll has an edge to tell */
byte edges;
bool lock;
chan list = [READERS] of {byte};
bool claimed[READERS], woken[READERS], waiting[READERS];

inline acquire()
{
    atomic { !lock -> lock = true }
}

/* The lock is held. */
inline wake_one(w, won)
{
    won = false;
    do
    :: !won && len(list) > 0 ->
        list ? w;
        d_step { won = !claimed[w]; claimed[w] = true }
    :: won -> woken[w] = true; break
    :: !won && len(list) == 0 -> break
    od
}

active [READERS] proctype reader()
{
    byte seen, w;
    bool got, was_woken, may_end, ended, won;
    if
    :: may_end = true
    :: skip
    fi;
    do
    :: true ->
#ifndef M_SEEN_AFTER_TRY
        seen = edges;
#endif
        d_step { /* the system call */
            if
            :: there > 0 -> there--; got = true
            :: else
            fi
        };
#ifdef M_SEEN_AFTER_TRY
        seen = edges;
#endif
        if
        :: got -> break
        :: else
        fi;
        was_woken = false; /* what woke us is used up */
        acquire();
        if
#ifndef M_NO_LOOK_AT_EDGES
        :: edges != seen -> lock = false
#endif
        :: else ->
            d_step { claimed[_pid] = false; woken[_pid] = false };
            list ! _pid;
            waiting[_pid] = true;
            lock = false;
            if
            :: woken[_pid] -> was_woken = true
            :: d_step { may_end && !claimed[_pid] -> claimed[_pid] = true };
                ended = true;
                acquire();
                if
                :: list ?? [eval(_pid)] -> list ?? eval(_pid)
                :: else
                fi;
                lock = false
            fi;
            waiting[_pid] = false;
            if
            :: was_woken && may_end -> ended = true /* before it tries again */
            :: skip
            fi
#ifdef M_NO_LOOK_AT_EDGES
        :: false
#endif
        fi;
        if
        :: ended -> break
        :: else
        fi
    od;
#ifndef M_NO_HAND_ON
    if
#ifdef M_ENDED_DOES_NOT_HAND_ON
    :: was_woken && !ended ->
#else
    :: was_woken ->
#endif
        acquire();
        wake_one(w, won);
        lock = false
    :: else
    fi
#endif
}

active proctype writer()
{
    byte i;
    for (i : 1 .. PIECES) {
        d_step { there++; pending = true }
    }
}

active proctype poller()
{
    byte w;
    bool won;
end:
    do
    :: d_step { pending -> pending = false };
        acquire();
        edges++;
        wake_one(w, won);
        lock = false
    od
}

active proctype monitor()
{
    byte r;
    timeout;
    for (r : 0 .. READERS - 1) {
        assert(!waiting[r] || there == 0)
    }
}
