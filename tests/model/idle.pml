/* SPDX-License-Identifier: MIT */
/*
 * A cpu that goes to sleep, and threads that push into its inbox: src/sched/idle.c (sleep_until,
 * sleep_among_peers), inbox.c (push, inbox_push, inbox_take), run.c (cpu_end).
 *
 * Bound: one cpu, PUSHERS threads of other runs with PUSHES each; the inbox is a count.
 * Shown: every push is taken (else the cpu sleeps for ever: an invalid end state), and nobody
 * touches the cpu's record after it has ended.
 */
#ifndef PUSHERS
#define PUSHERS 2
#endif
#ifndef PUSHES
#define PUSHES 2
#endif
#define PROCESSES (1 + PUSHERS)
#define WORDS 2
#define INBOX 0
#define SLEEPING 1
#define CPU 0

#include "memory.pml"

byte kicks;      /* the eventfd: remembered until it is read */
bool in_kernel;  /* for a mutant that forgets kicks */
byte guests;     /* threads that use the record */
bool gone;       /* the record */

active proctype cpu()
{
    byte taken, n, seen;
    start_memory();
    do
    :: taken == PUSHERS * PUSHES -> break
    :: else ->
        load(CPU, INBOX, seen); /* inbox_take */
        if
        :: seen -> atomic { RMW(CPU) -> n = word[INBOX]; word[INBOX] = 0; taken = taken + n }
        :: else ->
#ifdef M_SLEEPING_RELAXED
            store_relaxed(CPU, SLEEPING, 1);
#else
            store_seq_cst(CPU, SLEEPING, 1);
#endif
            load(CPU, INBOX, seen);
            if
#ifndef M_NO_SECOND_LOOK
            :: seen
#endif
            :: else ->
                in_kernel = true;
                atomic { kicks > 0 -> kicks = 0; in_kernel = false } /* platform_idle */
#ifdef M_NO_SECOND_LOOK
            :: false
#endif
            fi;
            store_relaxed(CPU, SLEEPING, 0)
        fi
    od;
#ifndef M_NO_WAIT_FOR_GUESTS
    guests == 0; /* cpu_end */
#endif
    gone = true
}

active [PUSHERS] proctype pusher()
{
    byte i, seen;
    bool first; /* the inbox was empty */
    for (i : 1 .. PUSHES) {
#ifndef M_GUEST_LATE
        guests++;
#endif
#ifdef M_LOOK_BEFORE_PUSH
        load(_pid, SLEEPING, seen);
        atomic { RMW(_pid) -> first = word[INBOX] == 0; word[INBOX]++ };
#else
#ifdef M_EMPTY_BEFORE_PUSH
        load(_pid, INBOX, seen);
        first = !seen;
        atomic { RMW(_pid) -> word[INBOX]++ };
#else
        atomic { RMW(_pid) -> assert(!gone); first = word[INBOX] == 0; word[INBOX]++ }; /* cas */
#endif
#ifdef M_GUEST_LATE
        guests++;
#endif
        assert(!gone);
        seen = 0;
        if
        :: first -> load(_pid, SLEEPING, seen)
        :: else
        fi;
#endif
        if
        :: seen && first ->
            assert(!gone);
#ifdef M_KICK_NOT_REMEMBERED
            if
            :: in_kernel -> kicks = 1
            :: else
            fi
#else
            kicks = 1
#endif
        :: else
        fi;
        guests--
    }
}
