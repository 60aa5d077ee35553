/* SPDX-License-Identifier: MIT */
/*
 * Sharing work between the cpus of a run. Only new tasks move: one that has started stays where it
 * is (DESIGN decision: compilers keep thread-local addresses, and so do users).
 *
 * A cpu keeps its new tasks in a queue of its own (turn.h) and offers the oldest of them in a deque
 * that the others steal from: as many as may be wanted before it looks again.
 *
 * A cpu that sleeps is woken when something is offered, one at a time: the one who is summoned
 * looks, and summons the next if there is still something. No offer is missed:
 *
 *      who offers                           who goes to sleep
 *      bottom + 1          (seq_cst)        idlers + 1          (seq_cst)
 *      idlers?             (seq_cst)        any bottom > top?   (seq_cst)
 *        > 0: summon                          no: sleep, until a kick
 *
 *      who offers                           who was summoned
 *      bottom + 1          (seq_cst)        looks, finds nothing
 *      searchers?          (seq_cst)        searchers = 0       (seq_cst)
 *        1: it will look                    looks once more
 */
#include "sched/domain.h"
#include "sched/park.h"
#include "sched/sched.h"
#include "sched/turn.h"

enum {
    OFFERS_LEAST = 4,
    PLACE_EVERY = 16, /* births between two looks at who has least */
    PLACE_MARGIN = 8, /* so many tasks more than the least loaded one are no reason */
};

/* ---- offering ---------------------------------------------------------------------------- */

void offer(struct cpu *cpu)
{
    uint32_t most = 2 * cpu->runtime->n, count = deque_count(&cpu->offers);
    bool some = false;
    if (most < OFFERS_LEAST)
        most = OFFERS_LEAST;
    if (most > DEQUE_SIZE)
        most = DEQUE_SIZE;
    for (; count < most && cpu->fresh.oldest; count++) {
        deque_push(&cpu->offers, fresh_pop_oldest(&cpu->fresh));
        some = true;
    }
    if (some && load_seq_cst(&cpu->runtime->idlers))
        summon(cpu);
}

void make_fresh_among_peers(struct cpu *cpu, faden_task *t)
{
    if (load_relaxed(&t->place) & PLACE_PINNED) {
        ASSERT(task_cpu(t) == cpu->index, "make_fresh: a pinned task is where it belongs");
        queue_push(&cpu->kept, t);
        return;
    }
    fresh_push(&cpu->fresh, t);
    offer(cpu);
}

bool others_offer(const struct cpu *cpu)
{
    const struct runtime *rt = cpu->runtime;
    unsigned i;
    for (i = 0; i < rt->n; i++)
        if (rt->cpus[i] != cpu && deque_offers(&rt->cpus[i]->offers))
            return true;
    return false;
}

/* The first other cpu found asleep is sent to look. false: none is asleep. */
static bool summon_one(const struct cpu *cpu)
{
    const struct runtime *rt = cpu->runtime;
    unsigned i;
    for (i = 1; i < rt->n; i++) {
        struct cpu *other = rt->cpus[(cpu->rank + i) % rt->n];
        uint32_t asleep = CPU_ASLEEP;
        if (load_relaxed(&other->sleeping) == CPU_ASLEEP &&
            cas_seq_cst(&other->sleeping, &asleep, CPU_SUMMONED)) {
            rouse(other);
            return true;
        }
    }
    return false;
}

/* Who says "I wake one" and finds none asleep looks again: another cpu may have offered something
   meanwhile and relied on it, while the last one went to sleep. */
void summon(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    uint32_t none = 0;
    do {
        if (load_seq_cst(&rt->searchers) || !cas_seq_cst(&rt->searchers, &none, 1) ||
            summon_one(cpu))
            return;
        store_seq_cst(&rt->searchers, 0);
    } while (load_seq_cst(&rt->idlers) && (deque_offers(&cpu->offers) || others_offer(cpu)));
}

/* ---- stealing ---------------------------------------------------------------------------- */

/* The task, which never ran, is this cpu's from now on. domain.h has the race with its end. */
static void adopt(struct cpu *cpu, faden_task *t)
{
    uint32_t was = load_relaxed(&t->place);
    struct faden__domain *decider;
    ASSERT(t->state == FADEN_TASK_NEW, "steal: it never ran");
    ASSERT(!(was & PLACE_PINNED), "steal: it is not pinned");
    while (!cas_seq_cst(&t->place, &was, (was & ~(uint32_t)PLACE_CPU) | cpu->index))
        ;
    if (domain_code(t, t->domain, &decider))
        task_mark(t, PLACE_ENDED);
    cpu->attention |= ATTEND_NEW;
    fresh_push(&cpu->fresh, t);
    cpu->stolen++;
}

bool steal(struct cpu *cpu)
{
    const struct runtime *rt = cpu->runtime;
    unsigned i;
    for (i = 0; i < rt->n; i++) {
        struct cpu *victim = rt->cpus[(cpu->victim + i) % rt->n];
        faden_task *t = victim == cpu ? NULL : deque_steal(&victim->offers);
        if (t) {
            cpu->victim = victim->rank; /* it may have more */
            adopt(cpu, t);
            return true;
        }
    }
    cpu->victim = (cpu->victim + 1) % rt->n;
    return false;
}

/* ---- placing ----------------------------------------------------------------------------- */

/* Tasks that run on the cpu or are about to: what it said of itself last, and what was sent to it.
 */
static uint32_t load_of(const struct cpu *cpu)
{
    return load_relaxed(&cpu->started) + load_relaxed(&cpu->waiting) + load_relaxed(&cpu->coming);
}

/* Of equal ones, that which comes first behind the asking one: not all send to the same. */
static struct cpu *least_loaded(const struct cpu *cpu, uint32_t *load)
{
    const struct runtime *rt = cpu->runtime;
    struct cpu *least = NULL;
    unsigned i;
    for (i = 1; i < rt->n; i++) {
        struct cpu *other = rt->cpus[(cpu->rank + i) % rt->n];
        uint32_t l = load_of(other);
        if (!least || l < *load) {
            least = other;
            *load = l;
        }
    }
    return least;
}

void tell_load(struct cpu *cpu)
{
    store_relaxed(&cpu->waiting, (uint32_t)new_count(cpu));
}

/* Tasks that have started cannot go elsewhere, so where one cpu has many more of them than another,
   new ones are sent to that one. Those that have not started count like those that have: of a burst
   of births the others get their share before it is over. */
static void plan_places(struct cpu *cpu)
{
    uint32_t theirs = 0, ours, more;
    struct cpu *least = least_loaded(cpu, &theirs);
    cpu->place_in = PLACE_EVERY;
    tell_load(cpu);
    ours = load_of(cpu);
    if (ours <= theirs + PLACE_MARGIN + theirs / 8)
        return;
    more = (ours - theirs) / 2;
    cpu->place_to = least;
    cpu->place_left = more < PLACE_EVERY ? more : PLACE_EVERY;
}

struct cpu *place_among_peers(struct cpu *cpu)
{
    if (cpu->place_in-- == 0)
        plan_places(cpu);
    if (cpu->place_left == 0)
        return cpu;
    cpu->place_left--;
    return cpu->place_to;
}
