/* SPDX-License-Identifier: MIT */
/*
 * Ready tasks given to a cpu that sleeps: src/sched/share.c (share, say_where, arrive), inbox.c
 * (push_all, inbox_take), idle.c (the sleep), domain.c (where, tell).
 *
 * Bound: two cpus, TASKS tasks that roam, all ready on one of them; each cpu gives GIVES times, in a
 * chain; the scope of the tasks ends once. A task that has had its turn parks where it is.
 * Sequentially consistent: all that matters here is a read-modify-write or seq_cst.
 * Shown: a task is in one queue or inbox, and runs only where it says that it is; when nothing moves
 * any more, each has had its turn, and has seen that its scope has ended.
 */
#ifndef TASKS
#define TASKS 3
#endif
#ifndef GIVES
#define GIVES 1
#endif
#define CPUS 2

byte place[TASKS];      /* the cpu of each */
byte queued[TASKS];     /* 1 + the cpu whose ready queue it is in, or 0 */
bool ran[TASKS], known[TASKS];
byte inbox[CPUS];       /* a bit for each task */
bool note[CPUS], asleep[CPUS], kicked[CPUS];
bool ended;

#define BIT(t) (1 << (t))

/* The first of those that are ready here, or TASKS. */
inline first_ready(me, t)
{
    t = 0;
    do
    :: t < TASKS && queued[t] != me + 1 -> t++
    :: else -> break
    od
}

/* All but the first: into a chain, and to the other cpu. */
inline give(me, t, chain, was)
{
    d_step {
        first_ready(me, t);
        t++;
        chain = 0;
        do
        :: t < TASKS ->
            if
            :: queued[t] == me + 1 ->
                chain = chain | BIT(t);
#ifndef M_STAYS_QUEUED
                queued[t] = 0
#endif
            :: else
            fi;
            t++
        :: else -> t = 0; break
        od
    };
#ifdef M_SENT_BEFORE_IT_SAYS_WHERE
    push(me, chain, was);
#endif
    do
    :: t < TASKS ->
        if
        :: chain & BIT(t) -> place[t] = 1 - me
        :: else
        fi;
        t++
    :: else -> t = 0; break
    od;
#ifndef M_SENT_BEFORE_IT_SAYS_WHERE
    push(me, chain, was);
#endif
    chain = 0
}

inline push(me, chain, was)
{
    d_step { was = inbox[1 - me]; inbox[1 - me] = was | chain };
#ifndef M_NO_KICK
    if
    :: chain && !was && asleep[1 - me] -> kicked[1 - me] = true
    :: else
    fi
#endif
}

inline take_inbox(me, t, chain)
{
    d_step { chain = inbox[me]; inbox[me] = 0 };
    do
    :: t < TASKS ->
        if
        :: chain & BIT(t) ->
            assert(place[t] == me && !queued[t]);
#ifndef M_NO_LOOK
            known[t] = known[t] || ended;
#endif
            queued[t] = me + 1
        :: else
        fi;
        t++
    :: else -> t = 0; chain = 0; break
    od
}

/* The news has come: tell those that are here. */
inline take_note(me, t)
{
    note[me] = false;
    do
    :: t < TASKS ->
        if
        :: place[t] == me -> known[t] = true
        :: else
        fi;
        t++
    :: else -> t = 0; break
    od
}

inline sleep(me)
{
#ifdef M_LOOKS_BEFORE_IT_ANNOUNCES
    if
    :: !inbox[me] && !note[me] ->
        asleep[me] = true;
end_late:
        kicked[me]
    :: else
    fi;
#else
    asleep[me] = true;
    if
    :: !inbox[me] && !note[me] ->
end_asleep:
        kicked[me]
    :: else
    fi;
#endif
    d_step { kicked[me] = false; asleep[me] = false }
}

proctype cpu(byte me)
{
    byte t = 0, chain = 0, was = 0, gives = GIVES;
end:
    do
    :: inbox[me] -> take_inbox(me, t, chain)
    :: note[me] -> take_note(me, t)
    :: gives > 0 && asleep[1 - me] -> gives--; give(me, t, chain, was)
    :: d_step {
            first_ready(me, t);
            if
            :: t < TASKS ->
                assert(place[t] == me && !ran[t]);
                queued[t] = 0; ran[t] = true; t = 0; was = 1
            :: else -> t = 0; was = 0
            fi
        };
        if
        :: was -> was = 0
        :: else -> sleep(me)
        fi
    od
}

proctype ender()
{
    byte t = 0, where;
#ifdef M_LOOKS_BEFORE_IT_ENDS
    where = place[TASKS - 1];
    ended = true;
    note[where] = true;
    kicked[where] = true;
#else
    ended = true;
#endif
    do
    :: t < TASKS ->
#ifdef M_LOOKS_BEFORE_IT_ENDS
        if
        :: t == TASKS - 1
        :: else
#endif
        where = place[t];
        note[where] = true;
        kicked[where] = true
#ifdef M_LOOKS_BEFORE_IT_ENDS
        fi
#endif
        ;
        t++
    :: else -> t = 0; break
    od;
    timeout;
    do
    :: t < TASKS -> assert(ran[t] && known[t]); t++
    :: else -> break
    od
}

init
{
    byte i;
    atomic {
        for (i : 0 .. TASKS - 1) {
            queued[i] = 1
        }
        run cpu(0);
        run cpu(1);
        run ender()
    }
}
