/* SPDX-License-Identifier: MIT */
/*
 * Who goes on. At each choice point the options are: the current thread (the plainest), another
 * thread that is ready, a store that leaves a buffer, or that time passes although somebody could
 * run: a cpu may be slow. The first two end the choice, the others are followed by another one.
 *
 * A thread that yields has nothing to do until somebody writes; it is an option only where nobody
 * else is. So loops that wait for others cannot make the search endless.
 */
#include "platform/sim/sim.h"

#include "base/assert.h"
#include "sched/cpu.h"

static void add(struct sim_options *o, unsigned code)
{
    o->code[o->n++] = (uint16_t)code;
}

/* Those that are ready, in turn behind the current one. */
static void add_threads(struct sim_options *o, const struct sim_thread *except, bool yielding)
{
    const struct sim_world *w = &sim_world;
    unsigned id = w->current->id;
    for (unsigned i = 0; i < w->threads; i++) {
        id = id + 1 < w->threads ? id + 1 : 0;
        const struct sim_thread *t = w->thread[id];
        if (t != except && t->state == SIM_READY && sim_yields(t) == yielding)
            add(o, id);
    }
}

static void add_stores(struct sim_options *o)
{
    const struct sim_world *w = &sim_world;
    for (unsigned i = 0; w->buffered && i < w->threads; i++)
        for (unsigned k = 0; k < w->thread[i]->buffered; k++)
            if (sim_buffer_may_leave(w->thread[i], k))
                add(o, SIM_DRAIN + i * SIM_BUFFER + k);
}

/* false: nobody can go on. */
static bool collect(struct sim_options *o, bool stay)
{
    struct sim_thread *self = sim_world.current;
    uint16_t first;
    o->n = 0;
    o->can_stay = stay;
    if (stay) {
        add(o, self->id);
        add_stores(o);
        if (sim_world.next_deadline != FADEN_FOREVER)
            add(o, SIM_TIME);
        add_threads(o, self, false);
        return true;
    }
    add_threads(o, NULL, false);
    if (!o->n)
        add_threads(o, NULL, true);
    if (!o->n)
        return false;
    first = o->code[0];
    add_stores(o);
    if (sim_world.next_deadline != FADEN_FOREVER)
        add(o, SIM_TIME);
    ASSERT(o->code[0] == first, "collect: the first option is a thread");
    return true;
}

static int64_t first_deadline(void)
{
    const struct sim_world *w = &sim_world;
    int64_t first = FADEN_FOREVER;
    for (unsigned i = 0; i < w->threads; i++) {
        const struct sim_thread *t = w->thread[i];
        if (t->state == SIM_ASLEEP && t->deadline < first)
            first = t->deadline;
    }
    return first;
}

void sim_fire_deadlines(void)
{
    struct sim_world *w = &sim_world;
    for (unsigned i = 0; i < w->threads; i++) {
        struct sim_thread *t = w->thread[i];
        if (t->state == SIM_ASLEEP && t->deadline <= w->clock)
            sim_awake(t);
    }
    w->next_deadline = first_deadline();
}

static void jump(void)
{
    struct sim_world *w = &sim_world;
    if (w->next_deadline > w->clock)
        w->clock = w->next_deadline;
    sim_trace(EV_TIME, NULL, NULL, (uintptr_t)(w->clock - FADEN_SEC));
    sim_fire_deadlines();
}

/* Dispatches of all cpus so far. */
static uint64_t dispatches(void)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < SIM_CPUS; i++)
        if (faden__cpus[i])
            n += faden__cpus[i]->switches;
    return n;
}

/* Invariant 8 of the scheduler: nobody sleeps while there is something for him. */
static void check_sleepers(void)
{
    for (unsigned i = 0; i < SIM_CPUS; i++) {
        const struct cpu *cpu = faden__cpus[i];
        const struct sim_thread *t = cpu ? cpu->platform.world : NULL;
        if (!t || !t->is_idle || t->kick_at != FADEN_FOREVER)
            continue;
        if (cpu->inbox)
            sim_fail("lost wake-up: %s sleeps, and there is something in its inbox", t->name);
        if ((int32_t)(cpu->offers.bottom - cpu->offers.top) > 0)
            sim_fail("lost wake-up: all cpus sleep, and %s offers a new task", t->name);
    }
}

/*
 * Everybody sleeps. A cpu whose tasks a plain thread might still wake looks again each second, and
 * would for ever: where it did so a few times and nothing came of it, nothing will.
 */
static void pass_time(void)
{
    enum { LOOKS = 12 };
    struct sim_world *w = &sim_world;
    uint64_t now = dispatches();
    char text[4096];
    check_sleepers();
    w->quiet = now == w->quiet_switches ? w->quiet + 1 : 0;
    w->quiet_switches = now;
    if (w->next_deadline != FADEN_FOREVER && w->quiet < LOOKS) {
        jump();
        return;
    }
    sim_describe(text, sizeof text);
    sim_fail("deadlock: every virtual thread sleeps, and nothing will wake one\n%s", text);
}

struct sim_thread *sim_choose(bool stay)
{
    struct sim_world *w = &sim_world;
    static struct sim_options o;
    struct sim_thread *next;
    for (;;) {
        unsigned code;
        if (sim_is_timed()) {
            if ((next = sim_timed_choose()))
                return next;
            pass_time();
        }
        if (w->buffered)
            sim_buffer_age();
        if (!collect(&o, stay)) {
            if (w->buffered)
                for (unsigned i = 0; i < w->threads; i++)
                    sim_buffer_flush(w->thread[i]);
            else
                pass_time();
            continue;
        }
        code = o.code[o.n == 1 ? 0 : sim_decide(SIM_WHO, &o)];
        if (code == SIM_TIME)
            jump();
        else if (code >= SIM_DRAIN)
            sim_buffer_leave(w->thread[(code - SIM_DRAIN) / SIM_BUFFER],
                             (code - SIM_DRAIN) % SIM_BUFFER);
        else
            return w->thread[code];
    }
}
