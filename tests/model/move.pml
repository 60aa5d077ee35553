/* SPDX-License-Identifier: MIT */
/*
 * Movable tasks: src/sched/move.h (let_loose, hold_here), park.c (wake_task, take_along,
 * make_ready_long), domain.c (the end of a wait).
 *
 * Bound: CPUS cpus, one movable task that waits ROUNDS times, in a list that can be seen before it has
 * left its stack; each cpu posts POSTS times; the task is ended once. Sequentially consistent: all that
 * matters here is a read-modify-write or seq_cst.
 * Shown: one cpu at a time runs the task, and only when its stack is free; each wait is ended once; when
 * nothing moves any more, the task has seen that it has ended, unless it is through with its rounds.
 */
#ifndef CPUS
#define CPUS 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef POSTS
#define POSTS 2
#endif

byte place;            /* of the task: its cpu */
bool loose;
bool ready[CPUS];      /* the task is in the cpu's ready queue */
bool inbox[CPUS];      /* in its inbox */
bool note[CPUS];       /* the news that it has ended */
bool running, on_stack, listed, claimed, parked;
bool ended, known, through;
byte rounds = ROUNDS;

inline make_ready(me)
{
    d_step { assert(parked && !ready[me] && place == me); parked = false; ready[me] = true }
}

/* Gives whether it is here; then it is not loose. */
inline hold_here(me, here)
{
#ifdef M_HELD_LOOSE
    here = place == me
#else
    d_step { here = place == me; if :: here -> loose = false :: else fi }
#endif
}

inline wake_it(me, here)
{
    d_step {
        here = place == me || loose;
#ifndef M_TAKEN_NOT_LOOSE
        if
        :: loose -> place = me; loose = false
        :: else
        fi
#else
        here = true; place = me; loose = false
#endif
    };
    if
    :: here ->
#ifndef M_NO_REFRESH
        known = known || ended;
#endif
        make_ready(me)
    :: else -> inbox[place] = true
    fi
}

proctype cpu(byte me)
{
    bool here, won;
    byte posts = POSTS;
end:
    do
    :: d_step { ready[me] -> ready[me] = false; assert(!running && !on_stack); running = true;
                on_stack = true };
        if
        :: known || rounds == 0 -> d_step { through = true; running = false; on_stack = false }
        :: else ->
            d_step { rounds--; claimed = false; parked = true; running = false };
#ifdef M_LOOSE_TOO_EARLY
            d_step { loose = true; listed = true };
            on_stack = false
#else
            listed = true;
            on_stack = false; /* the switch */
            loose = true
#endif
        fi
    :: posts > 0 ->
        posts--;
        d_step { won = listed && !claimed; if :: won -> claimed = true; listed = false :: else fi };
        if
        :: won -> wake_it(me, here)
        :: else
        fi
    :: inbox[me] ->
        inbox[me] = false;
        hold_here(me, here);
        make_ready(me)
    :: note[me] ->
        note[me] = false;
        hold_here(me, here);
        if
        :: here ->
            known = true;
            d_step {
                won = parked && !claimed;
                if :: won -> claimed = true; listed = false :: else fi
            };
            if
            :: won -> make_ready(me)
            :: else
            fi
        :: else /* it is elsewhere: who took it along has looked */
        fi
    od
}

proctype ender()
{
    byte where;
#ifdef M_LOOKS_BEFORE_IT_ENDS
    where = place;
    ended = true;
#else
    ended = true;
    where = place;
#endif
    note[where] = true;
    timeout;
    assert(known || through)
}

init
{
    byte i;
    atomic {
        ready[0] = true;
        for (i : 0 .. CPUS - 1) {
            run cpu(i)
        }
        run ender()
    }
}
