/* SPDX-License-Identifier: MIT */
/*
 * No cpu has hope: src/sched/hope.h (give_up_hope, hope_again, all_hopeless), inbox.c (push,
 * inbox_take), idle.c (idle_without_hope).
 *
 * Bound: CPUS cpus that have one thing to do between them, which is passed on PASSES times, each time to
 * any of the others; one who looks once, whenever he likes.
 * Shown: as long as there is something to do, with a cpu or in an inbox, nobody finds that all are
 * without hope.
 */
#ifndef CPUS
#define CPUS 3
#endif
#ifndef PASSES
#define PASSES 4
#endif
#define HOPE(i) (i)
#define INBOX(i) (CPUS + (i))
#define WORDS (2 * CPUS)
#define PROCESSES (CPUS + 1)
#include "memory.pml"

byte passes = PASSES;

inline pass_on(me, to)
{
    atomic { RMW(me) -> word[INBOX(to)]++ }
}

proctype cpu(byte me; bool has)
{
    byte hope, to, seen;
    do
    :: has && passes > 0 ->
        passes--;
        to = (me + 1) % CPUS;
        if
        :: true
        :: CPUS > 2 -> to = (me + 2) % CPUS
        fi;
        has = false;
#ifdef M_GIVES_UP_FIRST
        hope++;
        store_seq_cst(me, HOPE(me), hope);
        pass_on(me, to)
#else
        pass_on(me, to);
        hope++;
        store_seq_cst(me, HOPE(me), hope)
#endif
    :: has && passes == 0 -> break /* it is busy with it for ever */
    :: !has ->
        if
        :: hope % 2 == 0 -> hope++; store_seq_cst(me, HOPE(me), hope)
        :: else
        fi;
end:    word[INBOX(me)] > 0;
#ifdef M_TAKES_FIRST
        atomic { RMW(me) -> word[INBOX(me)] = 0 };
        hope++;
        store_relaxed(me, HOPE(me), hope);
#else
        hope++;
        store_relaxed(me, HOPE(me), hope);
#ifdef M_TAKE_PUBLISHES_NOTHING
        word[INBOX(me)] = 0;
#else
        atomic { RMW(me) -> word[INBOX(me)] = 0 };
#endif
#endif
        has = true
    od
}

proctype look()
{
    byte i, seen, first, again;
    for (i : 0 .. CPUS - 1) {
        load(CPUS, HOPE(i), seen);
        if
        :: seen % 2 == 0 -> goto some
        :: else -> first = first + seen
        fi
    }
    for (i : 0 .. CPUS - 1) {
#ifdef M_INBOX_LAST
        load(CPUS, HOPE(i), seen);
        again = again + seen;
        load(CPUS, INBOX(i), seen);
        if
        :: seen -> goto some
        :: else
        fi
#else
        load(CPUS, INBOX(i), seen);
        if
        :: seen -> goto some
        :: else
        fi;
        load(CPUS, HOPE(i), seen);
        again = again + seen
#endif
    }
#ifdef M_NOT_COUNTED
    assert(false);
#endif
    assert(first != again);
some:
    skip
}

init
{
    byte i;
    atomic {
        start_memory();
        for (i : 0 .. CPUS - 1) {
            run cpu(i, i == 0)
        }
        run look()
    }
}
