/* SPDX-License-Identifier: MIT */
/*
 * FADEN_SIM_TIMED: not who could go on, but who would. Each virtual thread has a clock of its own
 * and the one that is behind goes on, so they run side by side in virtual time. What costs time:
 *
 *      an access to a cache line that the thread has        NEAR
 *      to one that another thread has or wrote meanwhile    FAR, and it is counted
 *      a spin loop's pause                                  PAUSE
 *      a kick, until it is felt                             KICK
 *      faden_sim_work(ns)                                   ns
 *
 * Lines are owned as in the MESI protocol: a write takes the line from all others, a read shares
 * it. Plain accesses cost nothing: those of the core are to memory of the cpu itself.
 */
#include <stdlib.h>

#include "platform/sim/sim.h"

enum { NEAR = 2, FAR = 60, PAUSE = 20, KICK = 1500, LINES = 1 << 18, LINE_SHIFT = 6 };

struct line {
    uintptr_t number;
    uint64_t sharers[(SIM_THREADS + 63) / 64];
};

static struct line *lines;
faden_sim_counters sim_counters;

static struct line *find(uintptr_t number)
{
    size_t h = number * 0x9e3779b97f4a7c15u >> 40;
    if (!lines && !(lines = calloc(LINES, sizeof *lines)))
        abort();
    for (size_t i = 0; i < LINES; i++) {
        struct line *l = &lines[(h + i) % LINES];
        if (!l->number)
            l->number = number;
        if (l->number == number)
            return l;
    }
    sim_fail("more than %d cache lines", LINES);
}

void sim_timed_access(const volatile void *p, bool write)
{
    struct sim_thread *self = sim_world.current;
    struct line *l = find((uintptr_t)p >> LINE_SHIFT);
    uint64_t mine = (uint64_t)1 << self->id % 64;
    size_t word = self->id / 64;
    bool has = l->sharers[word] & mine, others = false, untouched;
    for (size_t i = 0; i < sizeof l->sharers / sizeof *l->sharers; i++)
        others |= (l->sharers[i] & ~(i == word ? mine : 0)) != 0;
    untouched = !has && !others;
    self->clock += (has && !(write && others)) || untouched ? NEAR : FAR;
    sim_counters.accesses++;
    if (write && others)
        sim_counters.far_writes++;
    else if (!has && others)
        sim_counters.far_reads++;
    if (write)
        for (size_t i = 0; i < sizeof l->sharers / sizeof *l->sharers; i++)
            l->sharers[i] = 0;
    l->sharers[word] |= mine;
}

void sim_timed_pause(struct sim_thread *t)
{
    t->clock += PAUSE;
}

/* It is kicked or woken by the current one. */
void sim_timed_awake(struct sim_thread *t)
{
    int64_t felt = sim_world.current->clock + KICK;
    sim_counters.kicks++;
    if (t->clock < felt)
        t->clock = felt;
}

struct sim_thread *sim_timed_choose(void)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *first = NULL;
    int64_t when = FADEN_FOREVER;
    for (unsigned i = 0; i < w->threads; i++) {
        struct sim_thread *t = w->thread[i];
        if (t->state == SIM_READY && t->clock < when) {
            when = t->clock;
            first = t;
        } else if (t->state == SIM_ASLEEP && t->deadline < when) {
            when = t->deadline;
            first = t;
        }
    }
    if (!first)
        return NULL;
    if (first->state == SIM_ASLEEP) {
        first->clock = first->deadline > first->clock ? first->deadline : first->clock;
        sim_awake(first);
    }
    w->clock = first->clock;
    return first;
}

void faden_sim_counters_get(faden_sim_counters *c)
{
    *c = sim_counters;
}
