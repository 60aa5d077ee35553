/* SPDX-License-Identifier: MIT */
/*
 * FADEN_SIM_C11: loads that give an older value.
 *
 * Of each word the last few values are kept, in the order in which they came into memory. A load
 * that is not seq_cst may give any of them, but for those that its thread knows to be old:
 *
 *      A                        B
 *      x = 1
 *      y = 1  (release)         y: 1   (acquire)  B knows all that A knew when it stored to y
 *                               x: 1              0 would be older than what it knows of
 *
 *      y = 1  (release)         y: 1   (relaxed)  B knows of this store to y, and of nothing else
 *                               x: 0 or 1
 *
 * What a thread knows is its view: of each thread, up to which of that one's accesses (Lamport's
 * clocks, as vectors). A version knows which access made it, and the view that whoever acquires it
 * gets. Read-modify-writes take the newest and hand its view on, seq_cst loads take the newest.
 * Kicks, the birth and end of threads, fences and the barrier hand views on, too.
 *
 * It errs to one side: where it has forgotten who has seen what, it takes more to be known. So
 * nothing is seen here that C11 forbids.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"

enum { PLACES = 1 << 12, PROBES = 16, VERSIONS = 4 };

struct version {
    uintptr_t value;
    uint64_t step;  /* when it came */
    uint32_t stamp; /* which access of the writer */
    uint16_t writer;
    struct sim_view released;
};

/* The newest version that a thread has read or written, when, and the one before. */
struct seen {
    uint32_t clock, index, clock_before, index_before;
};

struct place {
    uintptr_t address;
    uint32_t first; /* number of version[0] */
    uint32_t n;
    struct version version[VERSIONS];
    struct seen seen[SIM_VIEWS];
};

static struct place *table; /* all zero: free, since no object lies at 0 */
static struct sim_view fences;

static bool is_on(void)
{
    return sim_world.config.memory == FADEN_SIM_C11 && sim_world.threads <= SIM_VIEWS;
}

static struct place *find(const volatile void *p, bool make)
{
    uintptr_t address = (uintptr_t)p;
    size_t h = (address >> 2) * 0x9e3779b97f4a7c15u >> 40;
    if (!table && !(table = calloc(PLACES, sizeof *table)))
        abort();
    for (int i = 0; i < PROBES; i++) {
        struct place *place = &table[(h + (size_t)i) % PLACES];
        if (place->address == address)
            return place;
        if (!place->address) {
            if (make)
                place->address = address;
            return make ? place : NULL;
        }
    }
    return NULL;
}

/* ---- views ------------------------------------------------------------------------------- */

void sim_view_join(struct sim_view *to, const struct sim_view *from)
{
    for (int i = 0; i < SIM_VIEWS; i++)
        if (from->clock[i] > to->clock[i])
            to->clock[i] = from->clock[i];
}

static bool releases(int order)
{
    return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static bool acquires(int order)
{
    return order == __ATOMIC_ACQUIRE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

static uint32_t tick(struct sim_thread *t)
{
    return ++t->view.clock[t->id];
}

void sim_history_fence(void)
{
    struct sim_thread *t = sim_world.current;
    sim_view_join(&t->view, &fences);
    fences = t->view;
}

/* All threads know all. */
void sim_history_barrier(void)
{
    struct sim_world *w = &sim_world;
    struct sim_view all = w->current->view;
    for (unsigned i = 0; i < w->threads; i++)
        sim_view_join(&all, &w->thread[i]->view);
    for (unsigned i = 0; i < w->threads; i++)
        w->thread[i]->view = all;
}

/* ---- stores ------------------------------------------------------------------------------ */

static void see(struct place *place, const struct sim_thread *t, uint32_t clock, uint32_t index)
{
    struct seen *s = &place->seen[t->id];
    if (s->clock && s->index == index)
        return;
    *s = (struct seen){clock, index, s->clock, s->index};
}

/* The last version is what memory holds, or it has been written to without an atomic. */
static bool is_current(const struct place *place, uintptr_t value)
{
    return place->n && place->version[place->n - 1].value == value;
}

static void append(struct place *place, const struct version *v)
{
    if (place->n == VERSIONS) {
        memmove(&place->version[0], &place->version[1], (VERSIONS - 1) * sizeof *v);
        place->n--;
        place->first++;
    }
    place->version[place->n++] = *v;
}

/* Everybody knows the value that is there now, and none before it. */
static void begin_anew(struct place *place, uintptr_t value)
{
    place->first += place->n + 1;
    place->n = 0;
    append(place, &(struct version){.value = value});
}

void sim_history_issue(int order, uint32_t *stamp, struct sim_view *released)
{
    struct sim_thread *t = sim_world.current;
    if (!is_on())
        return;
    *stamp = tick(t);
    *released = releases(order) ? t->view : (struct sim_view){{0}};
}

void sim_history_wrote(const struct sim_thread *t, const volatile void *p, uintptr_t before,
                       uintptr_t value, uint32_t stamp, const struct sim_view *released)
{
    struct place *place;
    if (!is_on() || !(place = find(p, true)))
        return;
    if (!is_current(place, before))
        begin_anew(place, before);
    append(place, &(struct version){value, sim_world.steps, stamp, t->id, *released});
    see(place, t, stamp, place->first + place->n - 1);
}

/* ---- loads ------------------------------------------------------------------------------- */

/* The oldest version that `t` may still take for the present one. */
static uint32_t oldest(const struct place *place, const struct sim_thread *t)
{
    uint32_t least = place->first + place->n - 1;
    const struct version *newer = &place->version[place->n - 1];
    for (; least > place->first; least--, newer--)
        if (!newer->stamp || t->view.clock[newer->writer] >= newer->stamp ||
            sim_world.steps - newer->step > SIM_AGE)
            break;
    for (unsigned i = 0; i < SIM_VIEWS; i++) {
        const struct seen *s = &place->seen[i];
        uint32_t known = i == t->id || t->view.clock[i] >= s->clock ? s->index : s->index_before;
        if (s->clock && known > least)
            least = known;
    }
    return least;
}

/* What a load gives, where memory holds `now`. */
uintptr_t sim_history_load(const volatile void *p, uintptr_t now, int order, bool *old)
{
    struct sim_thread *t = sim_world.current;
    struct place *place;
    uint32_t i, least;
    *old = false;
    if (!is_on() || !(place = find(p, false)) || !place->n)
        return now;
    if (!is_current(place, now))
        begin_anew(place, now);
    i = place->first + place->n - 1;
    least = order == __ATOMIC_SEQ_CST ? i : oldest(place, t);
    while (i > least && sim_decide_old())
        i--;
    *old = i != place->first + place->n - 1;
    if (acquires(order))
        sim_view_join(&t->view, &place->version[i - place->first].released);
    see(place, t, tick(t), i);
    return place->version[i - place->first].value;
}

/* A cas that failed has loaded the newest, relaxed. */
void sim_history_newest(const volatile void *p, uintptr_t now)
{
    struct sim_thread *t = sim_world.current;
    struct place *place;
    if (is_on() && (place = find(p, false)) && is_current(place, now))
        see(place, t, tick(t), place->first + place->n - 1);
}

/* A read-modify-write takes the newest, and hands on what that releases. */
void sim_history_rmw(const volatile void *p, uintptr_t before, uintptr_t after, int order)
{
    struct sim_thread *t = sim_world.current;
    struct sim_view released;
    struct version last;
    struct place *place;
    uint32_t stamp;
    if (!is_on() || !(place = find(p, true)))
        return;
    if (!is_current(place, before))
        begin_anew(place, before);
    last = place->version[place->n - 1];
    if (acquires(order))
        sim_view_join(&t->view, &last.released);
    sim_history_issue(order, &stamp, &released);
    sim_view_join(&released, &last.released);
    append(place, &(struct version){after, sim_world.steps, stamp, t->id, released});
    see(place, t, stamp, place->first + place->n - 1);
}
