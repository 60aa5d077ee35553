/* SPDX-License-Identifier: MIT */
/*
 * Memory with store buffers, for models that include this: each process (0 … PROCESSES - 1) has, for
 * each word (0 … WORDS - 1), room for one store that the others do not see yet. They drain in any
 * order: partial store order, weaker than x86 and, for stores, as weak as Arm. Loads take effect in
 * the order of the program: what acquire is for is not examined here.
 *
 *   store_relaxed   may wait in the buffer
 *   store_release   likewise, but comes after all stores before it
 *   store_seq_cst   and nothing after it begins before it is seen by all
 *   RMW             everything before is seen by all, then the expression is one step
 */
byte word[WORDS];
bool waits[PROCESSES * WORDS]; /* there is a store in this place of a buffer */
byte value[PROCESSES * WORDS];
byte buffered[PROCESSES]; /* how many */

#define AT(p, w) ((p) * WORDS + (w))

inline store_relaxed(p, w, x)
{
    atomic {
        !waits[AT(p, w)] -> waits[AT(p, w)] = true; value[AT(p, w)] = x; buffered[p]++
    }
}

inline store_release(p, w, x)
{
    atomic {
        buffered[p] == 0 -> waits[AT(p, w)] = true; value[AT(p, w)] = x; buffered[p]++
    }
}

inline store_seq_cst(p, w, x)
{
    store_release(p, w, x);
    buffered[p] == 0
}

inline load(p, w, to)
{
    atomic {
        if
        :: waits[AT(p, w)] -> to = value[AT(p, w)]
        :: else -> to = word[w]
        fi
    }
}

#define RMW(p) buffered[p] == 0

proctype drain(byte at)
{
end:
    do
    :: atomic {
           waits[at] -> word[at % WORDS] = value[at]; waits[at] = false; buffered[at / WORDS]--
       }
    od
}

inline start_memory()
{
    byte place_;
    for (place_ : 0 .. PROCESSES * WORDS - 1) {
        run drain(place_)
    }
}
