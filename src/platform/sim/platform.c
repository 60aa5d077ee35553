/* SPDX-License-Identifier: MIT */
/* The world of virtual cpus: how they begin, sleep and are kicked; time; plain threads. */
#include "platform/platform.h"

#include <string.h>

#include "platform/sim/sim.h"

#define LATE (10 * FADEN_MSEC)
#define READ_CLOCK 20 /* what it takes */
#define KICK_DELAY (50 * FADEN_USEC)

static const struct faden_sim__site idle_site = {"", "", 0}, kick_site = {"", "", 0},
                                    wait_site = {"", "", 0}, barrier_site = {"", "", 0};

int64_t platform_now(void)
{
    static int64_t outside = FADEN_SEC;
    if (!sim_world.current)
        return ++outside;
    if (sim_is_timed())
        return sim_world.current->clock += READ_CLOCK;
    return ++sim_world.clock;
}

static int64_t now(const struct sim_thread *t)
{
    return sim_is_timed() ? t->clock : sim_world.clock;
}

/* ---- cpus -------------------------------------------------------------------------------- */

unsigned platform_cpus(void)
{
    return sim_world.current ? sim_world.config.cpus : sim_default_cpus();
}

/* What cpus of one platform_run share. */
struct group {
    struct platform_cpu *const *cpus;
    void (*fn)(unsigned index, void *arg);
    void *arg;
};

struct member {
    struct group *group;
    unsigned index;
};

static void become(struct platform_cpu *cpu)
{
    struct sim_thread *self = sim_world.current;
    char *low = sim_world.stacks + (size_t)self->id * SIM_STACK;
    *cpu = (struct platform_cpu){.world = self,
                                 .error = &errno,
                                 .eh = sim_eh_globals(),
                                 .stack_low = low,
                                 .stack_high = low + SIM_STACK,
                                 .threads = sim_thread_count};
}

static void *be_cpu(void *arg)
{
    struct member *m = arg;
    become(m->group->cpus[m->index]);
    m->group->fn(m->index, m->group->arg);
    return NULL;
}

static int run_cpus(unsigned n, struct group *g)
{
    struct sim_thread *threads[SIM_CPUS];
    struct member members[SIM_CPUS];
    unsigned i;
    become(g->cpus[0]); /* a neighbour may kick it */
    for (i = 1; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "cpu%u", i);
        members[i] = (struct member){g, i};
        threads[i] = sim_thread_new(name, be_cpu, &members[i]);
        if (!threads[i])
            sim_fail("%d virtual threads are too many", SIM_THREADS);
    }
    be_cpu(&(struct member){g, 0});
    for (i = 1; i < n; i++) {
        sim_thread_await(threads[i]);
        threads[i]->state = SIM_FREE;
    }
    return 0;
}

int platform_run(unsigned n, struct platform_cpu *const *cpus,
                 void (*fn)(unsigned index, void *arg), void *arg)
{
    struct group g = {cpus, fn, arg};
    bool outside = !sim_world.current;
    int err;
    if (n > SIM_CPUS)
        return -EAGAIN;
    if (outside)
        sim_begin_unasked();
    if (sim_decide_fault(sim_world.config.faults.alloc))
        return -ENOMEM;
    err = run_cpus(n, &g);
    if (outside)
        sim_end();
    return err;
}

/* ---- sleep and kick ---------------------------------------------------------------------- */

int platform_idle(struct platform_cpu *cpu, int64_t deadline)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *self = cpu->world;
    sim_point(&idle_site);
    sim_trace(EV_IDLE, NULL, NULL, (uintptr_t)self->kicked);
    if (!self->kicked && deadline > now(self) && !sim_decide_fault(w->config.faults.spurious)) {
        if (deadline != FADEN_FOREVER && sim_decide_fault(w->config.faults.late))
            deadline += LATE;
        self->deadline = deadline < self->kick_at ? deadline : self->kick_at;
        self->is_idle = true;
        sim_sleep(self);
        self->is_idle = false;
    }
    if (self->kick_at <= now(self))
        self->kick_at = FADEN_FOREVER;
    self->kicked = false;
    sim_view_join(&self->view, &self->kick_view);
    return 0;
}

void platform_kick(struct platform_cpu *cpu)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *t = cpu->world;
    sim_point(&kick_site);
    sim_flush();
    sim_trace(EV_KICK, NULL, t, t->id);
    sim_view_join(&t->kick_view, &w->current->view);
    w->writes++;
    if (sim_decide_fault(w->config.faults.kick)) {
        t->kick_at = now(w->current) + KICK_DELAY;
        if (t->is_idle && t->kick_at < t->deadline)
            t->deadline = t->kick_at;
        if (t->kick_at < w->next_deadline)
            w->next_deadline = t->kick_at;
        return;
    }
    t->kicked = true;
    if (t->is_idle && t->state == SIM_ASLEEP) {
        if (sim_is_timed())
            sim_timed_awake(t);
        sim_awake(t);
    }
}

bool platform_barrier(void)
{
    if (!sim_world.current)
        return true;
    sim_point(&barrier_site);
    sim_flush_all();
    sim_history_barrier();
    sim_trace(EV_BARRIER, NULL, NULL, 0);
    return true;
}

/* ---- plain threads ----------------------------------------------------------------------- */

void platform_thread_wait(uint32_t *word, uint32_t value, int64_t deadline)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *self = w->current;
    if (!self)
        return;
    if (!word) {
        sim_yield();
        return;
    }
    sim_point(&wait_site);
    sim_trace(EV_SLEEP, NULL, word, *word);
    if (*word != value || deadline <= now(self) || sim_decide_fault(w->config.faults.spurious))
        return;
    self->word = word;
    self->deadline = deadline;
    sim_sleep(self);
}

void platform_thread_wake(uint32_t *word)
{
    struct sim_world *w = &sim_world;
    if (!w->current)
        return;
    sim_point(&wait_site);
    sim_flush();
    sim_trace(EV_WAKE, NULL, word, 0);
    w->writes++;
    for (unsigned i = 0; i < w->threads; i++)
        if (w->thread[i]->state == SIM_ASLEEP && w->thread[i]->word == word) {
            if (sim_is_timed())
                sim_timed_awake(w->thread[i]);
            sim_view_join(&w->thread[i]->view, &w->current->view);
            sim_awake(w->thread[i]);
            return;
        }
}
