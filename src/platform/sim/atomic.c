/* SPDX-License-Identifier: MIT */
/*
 * The atomic operations of virtual threads. What the models say of each:
 *
 *                       TSO                          PSO, C11
 *   store               may wait in the buffer       the same
 *     release             the queue is in order        leaves after all before it
 *     seq_cst             empties the buffer first     as release; see the seq_cst load
 *   load                own buffer first, then memory; in C11 perhaps what was there (history.c)
 *     seq_cst             no more than that            its own seq_cst stores leave first
 *   read-modify-write   empties the buffer, then     memory at once; release and stronger ones
 *                       memory at once               empty the buffer first
 *   fence seq_cst       empties the buffer           the same
 *
 * But in C11 nothing is ever loaded early: a missing acquire is not found.
 */
#include "platform/sim/sim.h"

static bool simulating(void)
{
    return sim_world.current != NULL;
}

/* The order without the mark of the library's own atomics; gives whether it had it. */
static bool is_core(int *order)
{
    bool core = *order & FADEN_SIM__CORE;
    *order &= ~FADEN_SIM__CORE;
    return core;
}

/* Everything up to the last seq_cst store leaves. */
static void flush_seq_cst(void)
{
    struct sim_thread *t = sim_world.current;
    for (unsigned i = 0; i < t->buffered; i++)
        if (t->buffer[i].seq_cst) {
            sim_flush();
            return;
        }
}

/* The same load again and again, and nobody wrote anything: a loop that waits for others. */
static void notice_spin(const volatile void *p)
{
    enum { SPINS = 40 };
    struct sim_thread *t = sim_world.current;
    if (t->spin_on != p || t->spin_writes != sim_world.writes || t->spin_points != t->points)
        t->spins = 0;
    t->spin_on = p;
    t->spin_writes = sim_world.writes;
    t->spin_points = t->points + 1;
    if (++t->spins > SPINS)
        sim_give_way(t);
}

static bool has_store_to(const struct sim_thread *t, const volatile void *p)
{
    for (unsigned i = 0; i < t->buffered; i++)
        if (t->buffer[i].address == p)
            return true;
    return false;
}

static uintptr_t load(const volatile void *p, unsigned size, int order,
                      const struct faden_sim__site *site)
{
    uintptr_t value = sim_get(p, size);
    bool old = false;
    if (order == __ATOMIC_SEQ_CST && sim_is_pso())
        flush_seq_cst();
    if (!has_store_to(sim_world.current, p))
        value = sim_history_load(p, value, order, &old);
    sim_trace((old ? EV_LOAD_OLD : EV_LOAD) + ((unsigned)order << 8), site, p, value);
    return value;
}

uintptr_t faden_sim__load(const volatile void *p, unsigned size, int order,
                          const struct faden_sim__site *site)
{
    if (!simulating())
        return sim_get(p, size);
    notice_spin(p);
    sim_point_at(site, p, false, is_core(&order));
    return load(p, size, order, site);
}

/* A store that must wait behind those in the buffer. */
static bool must_wait(const struct sim_thread *t, const volatile void *p, int order)
{
    if (!t->buffered)
        return false;
    if (sim_world.config.memory == FADEN_SIM_TSO)
        return true;
    return order != __ATOMIC_RELAXED || has_store_to(t, p);
}

void faden_sim__store(volatile void *p, unsigned size, uintptr_t v, int order,
                      const struct faden_sim__site *site)
{
    struct sim_world *w = &sim_world;
    struct sim_view released = {{0}};
    uint32_t stamp = 0;
    uintptr_t before;
    if (!simulating()) {
        sim_put(p, size, v);
        return;
    }
    sim_point_at(site, p, true, is_core(&order));
    if (w->config.memory == FADEN_SIM_SC ||
        (w->config.memory == FADEN_SIM_TSO && order == __ATOMIC_SEQ_CST)) {
        sim_flush();
    } else if (must_wait(w->current, p, order) || sim_decide_buffer()) {
        sim_trace(EV_BUFFER + ((unsigned)order << 8), site, p, v);
        sim_buffer_add(p, size, v, order, site);
        return;
    }
    before = sim_get(p, size);
    sim_put(p, size, v);
    sim_history_issue(order, &stamp, &released);
    sim_history_wrote(w->current, p, before, sim_get(p, size), stamp, &released);
    sim_wrote(p, sim_get(p, size));
    sim_trace(EV_STORE + ((unsigned)order << 8), site, p, sim_get(p, size));
}

/* What leaves the buffer before a read-modify-write of `p`. */
static void flush_before(const volatile void *p, int order)
{
    bool orders = order != __ATOMIC_RELAXED && order != __ATOMIC_ACQUIRE;
    if (orders || !sim_is_pso() || has_store_to(sim_world.current, p))
        sim_flush();
}

uintptr_t faden_sim__rmw(volatile void *p, unsigned size, int what, uintptr_t v, int order,
                         const struct faden_sim__site *site)
{
    uintptr_t before, after;
    if (simulating()) {
        sim_point_at(site, p, true, is_core(&order));
        flush_before(p, order);
    }
    before = sim_get(p, size);
    switch (what) {
    case FADEN_SIM__ADD: after = before + v; break;
    case FADEN_SIM__OR: after = before | v; break;
    case FADEN_SIM__AND: after = before & v; break;
    default: after = v;
    }
    sim_put(p, size, after);
    if (simulating()) {
        after = sim_get(p, size);
        sim_history_rmw(p, before, after, order);
        if (after != before)
            sim_wrote(p, after);
        sim_trace((what == FADEN_SIM__EXCHANGE ? EV_EXCHANGE : EV_RMW) + ((unsigned)order << 8),
                  site, p, after);
        sim_trace_before(before);
    }
    return before;
}

bool faden_sim__cas(volatile void *p, unsigned size, void *old, uintptr_t v, int order,
                    const struct faden_sim__site *site)
{
    uintptr_t before, expected = sim_get(old, size);
    if (simulating()) {
        sim_point_at(site, p, true, is_core(&order));
        flush_before(p, order);
    }
    before = sim_get(p, size);
    if (before == expected)
        sim_put(p, size, v);
    else
        sim_put(old, size, before);
    if (simulating()) {
        if (before == expected) {
            sim_history_rmw(p, before, sim_get(p, size), order);
            sim_wrote(p, sim_get(p, size));
        } else {
            sim_history_newest(p, before);
        }
        sim_trace((before == expected ? EV_CAS : EV_CAS_FAILED) + ((unsigned)order << 8), site, p,
                  sim_get(p, size));
        sim_trace_before(before == expected ? before : expected);
    }
    return before == expected;
}

void faden_sim__fence(int order, const struct faden_sim__site *site)
{
    if (!simulating())
        return;
    is_core(&order);
    sim_point(site);
    if (order == __ATOMIC_SEQ_CST) {
        sim_flush();
        sim_history_fence();
    }
    sim_trace(EV_FENCE + ((unsigned)order << 8), site, NULL, 0);
}

void faden_sim__point(const struct faden_sim__site *site)
{
    if (!simulating())
        return;
    sim_point_of_user(site);
    sim_world.writes++; /* what follows may be one */
    sim_trace(EV_POINT, site, NULL, 0);
}
