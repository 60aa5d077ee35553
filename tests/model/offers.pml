/* SPDX-License-Identifier: MIT */
/*
 * Cpus that offer new tasks to each other, and sleep: src/sched/steal.c (offer, summon, steal),
 * idle.c (sleep_among_peers, search_when_summoned).
 *
 * Bound: three cpus. Cpu 0 makes OFFERS offers and is busy for ever after; the others steal and
 * sleep; what they steal may make CHILDREN offers more, all told, and may keep its cpu busy for
 * ever. A deque is a count (deque.pml has its inside); every access here is seq_cst, as in the C.
 * Shown: when nothing moves any more, no cpu sleeps while another one offers something.
 */
#define CPUS 3
#ifndef OFFERS
#define OFFERS 2
#endif
#ifndef CHILDREN
#define CHILDREN 1
#endif
#define AWAKE 0
#define ASLEEP 1
#define SUMMONED 2

byte offered[CPUS], sleeping[CPUS], kicks[CPUS];
bool in_kernel[CPUS];
byte idlers, children = CHILDREN;
bool searchers;

#define OTHER(me, i) (((me) + (i)) % CPUS)
#define OTHERS_OFFER(me) (offered[OTHER(me, 1)] > 0 || offered[OTHER(me, 2)] > 0)

/* The first one found asleep; `done` if there is one. */
inline wake_one(me, i, done)
{
    i = 1;
    done = false;
    do
    :: i == CPUS || done -> break
    :: else ->
        if
        :: d_step { sleeping[OTHER(me, i)] == ASLEEP -> sleeping[OTHER(me, i)] = SUMMONED };
            kicks[OTHER(me, i)] = 1;
            done = true
        :: d_step { sleeping[OTHER(me, i)] != ASLEEP -> i++ }
        fi
    od
}

/* Whoever says "I wake one" and finds none asleep looks again: another may have relied on it. */
inline summon(me, i, done)
{
    do
    :: d_step { !searchers -> searchers = true };
        wake_one(me, i, done);
        if
        :: done -> break
        :: else ->
            searchers = false;
#ifdef M_NO_LAST_LOOK
            break
#else
            if
            :: idlers > 0 -> if
                             :: offered[me] > 0 || OTHERS_OFFER(me)
                             :: else -> break
                             fi
            :: else -> break
            fi
#endif
        fi
    :: d_step { searchers -> skip }; break
    od
}

inline offer(me, i, done)
{
#ifdef M_LOOK_BEFORE_OFFER
    done = idlers > 0;
    offered[me]++;
#else
    offered[me]++;
    done = idlers > 0;
#endif
    if
    :: done -> summon(me, i, done)
    :: else
    fi
}

inline steal(me, i, found)
{
    found = false;
    i = 1;
    do
    :: i == CPUS || found -> break
    :: else ->
        d_step {
            if
            :: offered[OTHER(me, i)] > 0 -> offered[OTHER(me, i)]--; found = true
            :: else -> i++
            fi
        }
    od
}

active proctype owner()
{
    byte i, n;
    bool done;
    for (n : 1 .. OFFERS) {
        offer(0, i, done)
    }
}

/* What was stolen runs. */
inline run_task(me, i, done)
{
    if
    :: d_step { children > 0 -> children-- }; offer(me, i, done)
    :: skip
    fi;
    if
    :: offered[me] > 0 || children == 0 -> goto busy
    :: offered[me] == 0
    fi
}

inline search(me, i, found, done)
{
    steal(me, i, found);
#ifndef M_NOBODY_SEARCHES
    searchers = false;
#endif
    if
    :: found
    :: else -> steal(me, i, found)
    fi;
#ifndef M_NO_CHAIN
    if
    :: found && OTHERS_OFFER(me) -> summon(me, i, done)
    :: else
    fi
#else
    skip
#endif
}

active [CPUS - 1] proctype cpu()
{
    byte i, was;
    bool found, done;
    do
    :: steal(_pid, i, found);
        if
        :: found -> run_task(_pid, i, done)
        :: else ->
#ifdef M_IDLERS_LATE
            done = OTHERS_OFFER(_pid);
            sleeping[_pid] = ASLEEP;
            idlers++;
#else
            sleeping[_pid] = ASLEEP;
            idlers++;
            done = OTHERS_OFFER(_pid);
#endif
            if
            :: done
            :: else ->
                in_kernel[_pid] = true;
end_asleep:
                d_step { kicks[_pid] > 0 -> kicks[_pid] = 0; in_kernel[_pid] = false }
            fi;
            idlers--;
            found = false;
            d_step { was = sleeping[_pid]; sleeping[_pid] = AWAKE };
            if
            :: was == SUMMONED -> search(_pid, i, found, done)
            :: else
            fi;
            if
            :: found -> run_task(_pid, i, done)
            :: else
            fi
        fi
    od;
busy:
    skip
}

active proctype monitor()
{
    byte c;
    timeout;
    for (c : 1 .. CPUS - 1) {
        assert(!(in_kernel[c] && kicks[c] == 0 && OTHERS_OFFER(c)))
    }
}
