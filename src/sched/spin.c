/* SPDX-License-Identifier: MIT */
/*
 * How long a cpu looks out for work before it sleeps.
 *
 * For as long as going to sleep and being woken would cost: then it has lost no more than twice
 * what the best choice would have (Karlin et al., "Empirical studies of competitive spinning for a
 * shared-memory multiprocessor", 1991). What a wake costs is measured: who kicks says when, and the
 * woken cpu looks at the clock. It is not a constant: from 5 us to 50 us on machines of one kind.
 *
 * A fixed time that is shorter than a wake is the worst of all: two cpus that answer each other
 * each spin, give up just before the answer, and sleep, for ever: 90 us instead of 2 us a round
 * trip. Hence twice the cost:
 *
 *      cpu 0                               cpu 1
 *      sends, spins ...                    asleep
 *        ...                               wakes: one cost later
 *        the answer, in time               answers
 *
 * And only if work came soon the last time: a cpu whose tasks sleep, or wait for clients, sleeps at
 * once. What came by a timer or a descriptor never came soon, spinning would not have seen it.
 *
 * Where a host runs one of two cpus at a time, the answer comes soon after going to sleep, and
 * never while looking out. So who looked out in vain n times in a row does not for the next
 * 2^n - 1 times.
 */
#include "sched/sched.h"

#include "frame.h"

enum {
    LOOKS = 32,       /* at the inbox, for each at the clock and at what others offer */
    POLLS_EVERY = 16, /* looks at the clock between two at descriptors */
};
enum { MISSES_MOST = 6 };
#define COST_FIRST (20 * FADEN_USEC) /* until it has been measured */
#define COST_MOST (50 * FADEN_USEC)  /* more is the machine's being busy, not the wake */

static int64_t wake_cost(const struct cpu *cpu)
{
    return cpu->wake_cost ? cpu->wake_cost : COST_FIRST;
}

static int64_t spin_time(const struct cpu *cpu)
{
    return 2 * wake_cost(cpu);
}

void rouse(struct cpu *cpu)
{
    store_relaxed(&cpu->kicked_at, (uint32_t)platform_now());
    platform_kick(&cpu->platform);
}

void spin_learn(struct cpu *cpu, int64_t begin)
{
    int64_t asleep = platform_now() - begin, cost;
    uint32_t gap = load_relaxed(&cpu->kicked_at) - (uint32_t)begin;
    cpu->expects = false;
    if (asleep >= FADEN_SEC || gap > asleep) /* nobody kicked it: that is from an earlier time */
        return;
    cost = asleep - gap < COST_MOST ? asleep - gap : COST_MOST;
    cpu->expects = gap <= spin_time(cpu);
    cpu->wake_cost = (uint32_t)((3 * wake_cost(cpu) + cost) / 4);
}

/* Something comes before `end`. */
static bool comes_until(struct cpu *cpu, int64_t end)
{
    unsigned i, turn = 0;
    do {
        for (i = 0; i < LOOKS; i++) {
            if (load_acquire(&cpu->inbox))
                return true;
            arch_relax();
        }
        if (others_offer(cpu) && steal(cpu))
            return true;
        if (cpu->outside && ++turn % POLLS_EVERY == 0 && platform_idle(&cpu->platform, 0))
            return true;
    } while (platform_now() < end && !load_acquire(&cpu->runtime->over));
    return false;
}

bool look_out(struct cpu *cpu, int64_t begin)
{
    if (others_offer(cpu) && steal(cpu))
        return true;
    if (!cpu->expects)
        return false;
    if (cpu->pause) {
        cpu->pause--;
        return false;
    }
    if (comes_until(cpu, begin + spin_time(cpu))) {
        cpu->missed = 0;
        return true;
    }
    if (cpu->missed < MISSES_MOST)
        cpu->missed++;
    cpu->pause = (uint8_t)((1 << cpu->missed) - 1);
    return false;
}
