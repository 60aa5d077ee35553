/* SPDX-License-Identifier: MIT */
/*
 * The one place where a run can differ from another one.
 *
 * Random walk: how often the processor changes hands and how often stores wait are drawn once for
 * each run, so that there are runs of all kinds. PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte
 * 2010): each thread has a random priority, the highest one that can runs, and at d - 1 random
 * points the running one falls below all others; a bug that needs d orderings among
 * n threads in k points is found with a probability of at least 1/(n k^(d-1)).
 *
 * Both prefer choice points of one kind, drawn for the run: conflicts (conflict.c), those of the
 * program's own, or all.
 *
 * A replay takes option 0 but for the deviations it was given. They are keyed by thread and by the
 * thread's own count of choice points, so that most stay meaningful when others are left out.
 */
#include <stdlib.h>

#include "platform/sim/sim.h"

enum { CHANGES = 16, QUIET = 16 };

static struct {
    uint64_t random;
    uint32_t switch_one_in, time_one_in;
    uint32_t buffer_percent, old_percent;
    uint64_t change[CHANGES];
    unsigned changes;
    enum sim_focus focus;
    uint32_t lowest; /* PCT: below all priorities given so far */
    uint32_t *table; /* PLAN_STEPS: hash of deviations: index + 1 */
    uint32_t mask;
    size_t node;
} d;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(void)
{
    uint64_t z = d.random += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)((next_random() >> 32) * n >> 32);
}

/* ---- replay ------------------------------------------------------------------------------ */

static uint32_t hash(uint32_t thread, uint32_t point, uint32_t sub)
{
    return (thread * 0x9e3779b1u ^ point * 0x85ebca77u ^ sub * 0xc2b2ae3du) >> 3;
}

static void index_deviations(const struct sim_plan *plan)
{
    uint32_t size = 64;
    while (size < 2 * plan->deviation_count)
        size *= 2;
    d.table = calloc(size, sizeof *d.table);
    if (!d.table)
        abort();
    d.mask = size - 1;
    for (size_t i = 0; i < plan->deviation_count; i++) {
        const struct sim_deviation *v = &plan->deviations[i];
        uint32_t h = hash(v->thread, v->point, v->sub);
        while (d.table[h & d.mask])
            h++;
        d.table[h & d.mask] = (uint32_t)i + 1;
    }
}

/* The code that was taken here; 0: option 0. *found says whether there is one. */
static uint16_t recorded(const struct sim_thread *t, bool *found)
{
    uint32_t h = hash(t->id, t->points, t->sub), i;
    for (; (i = d.table[h & d.mask]); h++) {
        const struct sim_deviation *v = &sim_world.plan.deviations[i - 1];
        if (v->thread == t->id && v->point == t->points && v->sub == t->sub) {
            *found = true;
            return v->code;
        }
    }
    *found = false;
    return 0;
}

static unsigned replay(const struct sim_options *o)
{
    bool found;
    uint16_t code = recorded(sim_world.current, &found);
    for (unsigned i = 0; found && i < o->n; i++)
        if (o->code[i] == code)
            return i;
    return 0;
}

/* ---- depth first ------------------------------------------------------------------------- */

static unsigned follow_prefix(const struct sim_options *o)
{
    const struct sim_plan *plan = &sim_world.plan;
    unsigned taken = d.node < plan->prefix_length ? plan->prefix[d.node] : 0;
    if (taken >= o->n)
        sim_fail("the program does not do the same each time: it must not depend on real time, "
                 "random numbers or addresses");
    if (d.node == SHARED_DECISIONS)
        sim_fail("more than %d decisions", SHARED_DECISIONS);
    sim_shared->node[d.node++] = (struct sim_node){
        .taken = (uint8_t)taken,
        .options = (uint8_t)(o->n < 255 ? o->n : 255),
        .free_options = (uint8_t)(o->can_stay ? 1 : o->n),
    };
    sim_shared->nodes = d.node;
    return taken;
}

/* ---- random walk and PCT ----------------------------------------------------------------- */

static bool matters(void)
{
    return sim_world.is[d.focus];
}

static unsigned walk(const struct sim_options *o)
{
    unsigned i;
    if (o->can_stay && below(matters() ? d.switch_one_in : QUIET * d.switch_one_in))
        return 0;
    i = o->can_stay ? 1 + below(o->n - 1) : below(o->n);
    if (o->code[i] == SIM_TIME && below(d.time_one_in))
        return 0;
    return i;
}

static bool is_change_point(void)
{
    for (unsigned i = 0; i < d.changes; i++)
        if (matters() && d.change[i] == sim_world.passed[d.focus])
            return true;
    return false;
}

static unsigned by_priority(const struct sim_options *o)
{
    struct sim_thread **thread = sim_world.thread;
    unsigned best = 0;
    if (is_change_point() && sim_world.current->sub == 1) {
        sim_world.current->priority = --d.lowest;
        for (unsigned i = 1; i < o->n; i++)
            if (o->code[i] == SIM_TIME && !below(4))
                return i;
    }
    for (unsigned i = 1; i < o->n; i++) {
        if (o->code[i] == SIM_TIME)
            continue;
        if (o->code[i] >= SIM_DRAIN) {
            if (!below(32))
                return i;
        } else if (thread[o->code[i]]->priority > thread[o->code[best]]->priority) {
            best = i;
        }
    }
    return best;
}

void sim_priority_new(struct sim_thread *t)
{
    t->points = t->sub = 0;
    if (sim_world.plan.kind != PLAN_PCT)
        return;
    t->priority = (1 << 20) + below(1 << 24);
    t->lazy = below(2);
}

void sim_priority_drop(struct sim_thread *t)
{
    t->priority = --d.lowest;
}

/* ---- the questions ----------------------------------------------------------------------- */

static void note(unsigned code)
{
    const struct sim_thread *t = sim_world.current;
    if (sim_world.plan.record && sim_shared->deviations < SHARED_DEVIATIONS)
        sim_shared->deviation[sim_shared->deviations++] =
            (struct sim_deviation){t->id, (uint16_t)code, t->points, t->sub};
}

unsigned sim_decide(enum sim_question q, const struct sim_options *o)
{
    unsigned i = 0;
    sim_world.current->sub++;
    switch (sim_world.plan.kind) {
    case PLAN_PREFIX: i = follow_prefix(o); break;
    case PLAN_STEPS: i = replay(o); break;
    case PLAN_PCT: i = by_priority(o); break;
    case PLAN_RANDOM: i = walk(o); break;
    case PLAN_TIMED: break;
    }
    (void)q;
    if (i)
        note(o->code[i]);
    return i;
}

/* A question with two answers. */
static bool decide_whether(uint32_t likely_of_1000)
{
    static struct sim_options two = {.n = 2, .can_stay = true, .code = {0, 1}};
    bool yes = false;
    sim_world.current->sub++;
    switch (sim_world.plan.kind) {
    case PLAN_PREFIX: yes = follow_prefix(&two); break;
    case PLAN_STEPS: yes = replay(&two); break;
    default:
        yes = likely_of_1000 && sim_world.plan.kind != PLAN_TIMED && below(1000) < likely_of_1000;
    }
    if (yes)
        note(1);
    return yes;
}

bool sim_decide_fault(unsigned thousandth)
{
    return thousandth && sim_world.current && decide_whether(thousandth);
}

bool sim_decide_buffer(void)
{
    if (sim_world.plan.kind == PLAN_PCT)
        return decide_whether(sim_world.current->lazy ? 1000 : 0);
    return decide_whether(10 * d.buffer_percent);
}

bool sim_decide_old(void)
{
    return decide_whether(10 * d.old_percent);
}

void sim_decide_begin(const struct sim_plan *plan)
{
    static const uint32_t switches[] = {2, 3, 6, 16, 50, 150}, times[] = {4, 16, 64},
                          buffers[] = {0, 30, 70, 100}, olds[] = {5, 30, 70};
    d.random = plan->seed;
    d.node = 0;
    if (plan->kind == PLAN_STEPS)
        index_deviations(plan);
    d.switch_one_in = switches[below(6)];
    d.time_one_in = times[below(3)];
    d.buffer_percent = buffers[below(4)];
    if (sim_world.config.memory == FADEN_SIM_C11)
        d.old_percent = olds[below(3)];
    d.focus = plan->horizon[FOCUS_PROGRAM] > 1 ? below(SIM_FOCI)
              : below(3)                       ? FOCUS_CONFLICTS
                                               : FOCUS_ALL;
    d.lowest = 1 << 20;
    d.changes = 0;
    if (plan->kind == PLAN_PCT)
        while (d.changes + 1 < sim_world.config.depth && d.changes < CHANGES)
            d.change[d.changes++] = 1 + below((uint32_t)plan->horizon[d.focus]);
}
