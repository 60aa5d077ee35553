/* SPDX-License-Identifier: MIT */
/* Virtual threads: birth, the switch from one to another, sleep, end. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "platform/sim/sim.h"

struct sim_world sim_world;

/* In libsupc++ or libc++abi, if the program has either. */
extern struct eh_globals *__cxa_get_globals(void) __attribute__((weak));

enum { TURN = 4000 }; /* steps that a thread may do while others could go on */

static struct sim_thread no_thread; /* `here` outside of a simulation */

/* Before anything asks who runs. */
__attribute__((constructor(101))) static void set_here(void)
{
    if (!faden__sim_here)
        faden__sim_here = &no_thread.here;
}

struct eh_globals *sim_eh_globals(void)
{
    static struct eh_globals none;
    return __cxa_get_globals ? __cxa_get_globals() : &none;
}

static void exchange_state(struct sim_thread *from, struct sim_thread *to)
{
    struct eh_globals *now = sim_eh_globals();
    from->error = errno;
    from->eh = *now;
    *now = to->eh;
    sim_world.current = to;
    sim_world.switches++;
    sim_world.turn_began = sim_world.steps;
    faden__sim_here = &to->here;
    errno = to->error;
}

static void switch_to(struct sim_thread *to)
{
    struct sim_thread *from = sim_world.current;
    if (to == from)
        return;
    exchange_state(from, to);
    faden_context_switch(&from->context, &to->context);
}

/* A new thread runs up to its first choice point, and then it is its creator's turn again. */
static struct sim_thread *back_to_creator(struct sim_thread *self)
{
    struct sim_thread *creator = self->creator;
    self->creator = NULL;
    return creator;
}

/* The current thread has said what it wants to do; others may go on first. */
static void hand_on(bool stay)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *self = w->current, *next;
    if (w->buffered)
        sim_buffer_hide(self);
    next = self->creator ? back_to_creator(self) : sim_choose(stay);
    switch_to(next);
    if (w->buffered)
        sim_buffer_show(self);
}

bool sim_yields(const struct sim_thread *t)
{
    enum { PATIENCE = 50 };
    return t->yield_step && t->yield_writes == sim_world.writes &&
           sim_world.steps - t->yield_step < PATIENCE;
}

/* Real cpus all go on; a schedule in which one does for ever and another one not at all says
   nothing. */
static void end_turn(struct sim_thread *self)
{
    sim_world.turn_began = sim_world.steps;
    sim_give_way(self);
    sim_priority_drop(self);
}

static void point(const struct faden_sim__site *site, bool conflict, bool program)
{
    struct sim_world *w = &sim_world;
    struct sim_thread *self = w->current;
    w->is[FOCUS_ALL] = true;
    w->is[FOCUS_PROGRAM] = program;
    w->is[FOCUS_CONFLICTS] = conflict || self->conflict; /* or just after one */
    self->conflict = conflict;
    for (int i = 0; i < SIM_FOCI; i++)
        w->passed[i] += w->is[i];
    self->at = site;
    self->points++;
    self->sub = 0;
    if (!sim_is_timed())
        w->clock += SIM_STEP_NS;
    if (++w->steps > w->config.steps) {
        char text[4096];
        sim_describe(text, sizeof text);
        sim_fail("no end after %llu steps: livelock or starvation\n%s",
                 (unsigned long long)w->config.steps, text);
    }
    if (!sim_is_timed() && w->clock >= w->next_deadline)
        sim_fire_deadlines();
    if (w->steps - w->turn_began > TURN)
        end_turn(self);
    hand_on(!sim_yields(self));
    self->yield_step = 0;
}

void sim_point(const struct faden_sim__site *site)
{
    point(site, true, false);
}

void sim_point_of_user(const struct faden_sim__site *site)
{
    point(site, true, true);
}

void sim_point_at(const struct faden_sim__site *site, const volatile void *p, bool write, bool core)
{
    if (sim_is_timed())
        sim_timed_access(p, write);
    point(site, sim_conflicts(p, write), !core);
}

void sim_give_way(struct sim_thread *t)
{
    t->yield_writes = sim_world.writes;
    t->yield_step = sim_world.steps + 1;
}

void sim_yield(void)
{
    static const struct faden_sim__site site = {"", "", 0};
    if (sim_is_timed())
        sim_timed_pause(sim_world.current);
    else
        sim_give_way(sim_world.current);
    sim_point(&site);
    sim_trace(EV_YIELD, NULL, NULL, 0);
}

/* A loop that spins for a while before it does something else must come to that, too. */
void sim_relax(void)
{
    enum { ROUNDS = 16, RELAX_NS = 400 };
    struct sim_thread *self = sim_world.current;
    if (!self)
        return;
    if (!sim_is_timed())
        sim_world.clock += RELAX_NS;
    if (sim_is_timed() || sim_world.plan.kind == PLAN_PREFIX || ++self->relaxes % ROUNDS == 0)
        sim_yield();
}

void sim_sleep(struct sim_thread *t)
{
    t->state = SIM_ASLEEP;
    if (t->deadline < sim_world.next_deadline)
        sim_world.next_deadline = t->deadline;
    hand_on(false);
    sim_trace(EV_AWAKE, NULL, NULL, 0);
}

void sim_awake(struct sim_thread *t)
{
    t->state = SIM_READY;
    t->word = NULL;
    t->awaits = NULL;
    t->deadline = FADEN_FOREVER;
    sim_world.writes++;
}

/* ---- birth and end ----------------------------------------------------------------------- */

static struct sim_thread *record(void)
{
    struct sim_world *w = &sim_world;
    for (unsigned i = 0; i < w->threads; i++)
        if (w->thread[i]->state == SIM_FREE)
            return w->thread[i];
    if (w->threads == SIM_THREADS)
        return NULL;
    static struct sim_thread all[SIM_THREADS];
    struct sim_thread *t = w->thread[w->threads] = &all[w->threads];
    *t = (struct sim_thread){.id = (uint16_t)w->threads++};
    return t;
}

static struct sim_thread *begin(const char *name)
{
    struct sim_thread *t = record();
    if (!t)
        return NULL;
    t->state = SIM_READY;
    t->here = (struct here){.cpu = NULL};
    t->eh = (struct eh_globals){.caught = NULL};
    t->error = 0;
    t->kicked = t->is_idle = false;
    t->deadline = t->kick_at = FADEN_FOREVER;
    t->yield_step = 0;
    t->clock = sim_world.current ? sim_world.current->clock : sim_world.clock;
    t->creator = NULL;
    t->detached = false;
    t->buffered = 0;
    if (sim_world.current)
        sim_view_join(&t->view, &sim_world.current->view);
    snprintf(t->name, sizeof t->name, "%s", name);
    if (sim_shared) {
        memcpy(sim_shared->names[t->id], t->name, sizeof t->name);
        sim_shared->threads = sim_world.threads;
    }
    sim_priority_new(t);
    return t;
}

struct sim_thread *sim_thread_over(struct sim_thread *t)
{
    struct sim_thread *waiter = NULL;
    if (t->detached)
        t->state = SIM_FREE;
    for (unsigned i = 0; i < sim_world.threads; i++)
        if (sim_world.thread[i]->state == SIM_ASLEEP && sim_world.thread[i]->awaits == t) {
            waiter = sim_world.thread[i];
            sim_view_join(&waiter->view, &t->view);
            sim_awake(waiter);
        }
    return waiter;
}

/* Who awaits it goes on at once: that is no choice. But the end is over only when the last store
   has left the buffer. */
static void end(struct sim_thread *self)
{
    struct sim_thread *next = NULL;
    sim_trace(EV_END, NULL, NULL, 0);
    self->state = SIM_ENDED;
    sim_world.writes++;
    sim_buffer_hide(self);
    if (!self->buffered)
        next = sim_thread_over(self);
    if (self->creator)
        next = back_to_creator(self);
    else if (!next)
        next = sim_choose(false);
    switch_to(next);
    faden_panic("a virtual thread went on after its end");
}

static void entry(void *arg)
{
    struct sim_thread *t = arg;
    t->result = t->fn(t->arg);
    end(t);
}

/* Its stack, with an unmapped page below it. */
enum { STACK_GUARD = 65536 };
static char *stack_of(unsigned id)
{
    char *low = sim_world.stacks + (size_t)id * SIM_STACK;
    mprotect(low, STACK_GUARD, PROT_NONE);
    return low + STACK_GUARD;
}

struct sim_thread *sim_thread_new(const char *name, void *(*fn)(void *), void *arg)
{
    struct sim_thread *self = sim_world.current, *t = begin(name);
    if (!t)
        return NULL;
    t->fn = fn;
    t->arg = arg;
    faden_context_init(&t->context, stack_of(t->id), SIM_STACK - STACK_GUARD, entry, t);
    sim_trace(EV_NEW, NULL, t, t->id);
    sim_flush();
    sim_world.writes++;
    t->creator = self;
    switch_to(t);
    return t;
}

void sim_thread_await(struct sim_thread *t)
{
    struct sim_thread *self = sim_world.current;
    while (t->state != SIM_ENDED || t->buffered) {
        self->awaits = t;
        self->deadline = FADEN_FOREVER;
        sim_sleep(self);
    }
    sim_view_join(&self->view, &t->view);
}

unsigned sim_thread_count(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < sim_world.threads; i++)
        n += sim_world.thread[i]->state == SIM_READY || sim_world.thread[i]->state == SIM_ASLEEP;
    return n;
}

/* ---- the world --------------------------------------------------------------------------- */

void sim_begin(const faden_sim_config *config, const struct sim_plan *plan)
{
    struct sim_world *w = &sim_world;
    char *stacks = w->stacks;
    *w = (struct sim_world){.config = *config,
                            .plan = *plan,
                            .clock = FADEN_SEC,
                            .next_deadline = FADEN_FOREVER,
                            .stacks = stacks};
    if (!stacks) {
        stacks = mmap(NULL, (size_t)SIM_THREADS * SIM_STACK, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (stacks == MAP_FAILED)
            sim_fail("no memory for the stacks of virtual threads");
        w->stacks = stacks;
    }
    sim_decide_begin(plan);
    w->current = begin("main");
    faden__sim_here = &w->current->here;
}

void sim_end(void)
{
    sim_flush_all();
    sim_world.current = NULL;
    faden__sim_here = &no_thread.here;
}
