/* SPDX-License-Identifier: MIT */
/* What a simulated program may call: threads, work, names. */
#include <string.h>

#include "platform/sim/sim.h"

struct faden_sim_thread {
    struct sim_thread thread;
};

int faden_sim_thread_new(faden_sim_thread **thread, void *(*fn)(void *arg), void *arg)
{
    static unsigned number;
    char name[16];
    struct sim_thread *t;
    if (!sim_world.current)
        return -EINVAL;
    snprintf(name, sizeof name, "thread%u", ++number);
    t = sim_thread_new(name, fn, arg);
    if (!t)
        return -EAGAIN;
    *thread = (faden_sim_thread *)t;
    return 0;
}

void *faden_sim_thread_join(faden_sim_thread *thread)
{
    struct sim_thread *t = &thread->thread;
    sim_thread_await(t);
    t->state = SIM_FREE;
    return t->result;
}

void faden_sim_work(int64_t ns)
{
    static const struct faden_sim__site site = {"", "work", 0};
    if (!sim_world.current)
        return;
    if (sim_is_timed())
        sim_world.current->clock += ns;
    else
        sim_world.clock += ns;
    sim_point(&site);
}

void faden_sim_name(const void *p, size_t size, const char *name)
{
    struct sim_shared *s = sim_shared;
    if (!s || !s->running || s->named == SHARED_NAMES)
        return;
    s->object[s->named].address = (uintptr_t)p;
    s->object[s->named].size = size;
    snprintf(s->object[s->named++].name, sizeof s->object[0].name, "%s", name);
}
