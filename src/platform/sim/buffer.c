/* SPDX-License-Identifier: MIT */
/*
 * Store buffers. A buffered store is seen by its own thread and by nobody else until it leaves.
 *
 * While its thread runs, its stores lie in memory ("shown"), oldest first, each keeping what was
 * there before. So plain accesses of the thread itself see them. Before anybody else runs they are
 * taken out again in reverse ("hidden").
 *
 *                      memory     buffer of A
 *      A: x = 1          1        x = 1 (under it 0)
 *      hidden            0        x = 1 (under it 0)
 *      B reads x: 0
 *      the store leaves  1
 *
 * Memory that is not what it was left is in another use by now: somebody wrote to it without an
 * atomic. Then the store is dropped.
 */
#include "platform/sim/sim.h"

#include <string.h>

static void drop(struct sim_thread *t, unsigned i)
{
    t->buffered--;
    sim_world.buffered--;
    memmove(&t->buffer[i], &t->buffer[i + 1], (t->buffered - i) * sizeof t->buffer[0]);
}

/* Is there an older (a newer) store to the same address? */
static bool has_older(const struct sim_thread *t, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (t->buffer[k].address == t->buffer[i].address)
            return true;
    return false;
}

static bool has_newer(const struct sim_thread *t, unsigned i)
{
    for (unsigned k = i + 1; k < t->buffered; k++)
        if (t->buffer[k].address == t->buffer[i].address)
            return true;
    return false;
}

static void drop_all_of(struct sim_thread *t, const volatile void *address)
{
    for (unsigned i = t->buffered; i-- > 0;)
        if (t->buffer[i].address == address)
            drop(t, i);
}

/* The thread itself wrote over them, without an atomic. */
static void drop_overwritten(struct sim_thread *t)
{
    for (unsigned i = t->buffered; i-- > 0 && t->buffered;) {
        const struct pending *p = &t->buffer[i];
        if (!has_newer(t, i) && sim_get(p->address, p->size) != p->value) {
            drop_all_of(t, p->address);
            i = t->buffered;
        }
    }
}

void sim_buffer_hide(struct sim_thread *t)
{
    drop_overwritten(t);
    for (unsigned i = t->buffered; i-- > 0;)
        sim_put(t->buffer[i].address, t->buffer[i].size, t->buffer[i].under);
}

void sim_buffer_show(struct sim_thread *t)
{
    for (unsigned i = 0; i < t->buffered; i++) {
        struct pending *p = &t->buffer[i];
        if (!has_older(t, i) && sim_get(p->address, p->size) != p->under) {
            drop_all_of(t, p->address);
            i = (unsigned)-1; /* again from the first */
        }
    }
    for (unsigned i = 0; i < t->buffered; i++) {
        struct pending *p = &t->buffer[i];
        p->under = sim_get(p->address, p->size);
        sim_put(p->address, p->size, p->value);
    }
}

/* Memory at `address` is now `value` for everybody: so it is what lies under the stores of the
   others. */
static void tell(const struct sim_thread *except, const volatile void *address, uintptr_t value)
{
    struct sim_world *w = &sim_world;
    w->writes++;
    for (unsigned i = 0; w->buffered && i < w->threads; i++) {
        struct sim_thread *t = w->thread[i];
        for (unsigned k = 0; t != except && k < t->buffered; k++)
            if (t->buffer[k].address == address && !has_older(t, k))
                t->buffer[k].under = value;
    }
}

bool sim_buffer_may_leave(const struct sim_thread *t, unsigned i)
{
    if (i == 0)
        return true;
    return sim_is_pso() && !t->buffer[i].release && !has_older(t, i);
}

void sim_buffer_leave(struct sim_thread *t, unsigned i)
{
    struct pending p = t->buffer[i];
    struct sim_thread *self = sim_world.current;
    if (sim_get(p.address, p.size) != p.under) {
        drop_all_of(t, p.address);
        if (t->state == SIM_ENDED && !t->buffered)
            sim_thread_over(t);
        return;
    }
    sim_put(p.address, p.size, p.value);
    sim_history_wrote(t, p.address, p.under, p.value, p.stamp, &p.released);
    sim_world.current = t; /* whose column it stands in */
    sim_trace(EV_DRAIN, p.site, p.address, p.value);
    sim_world.current = self;
    drop(t, i);
    for (unsigned k = 0; k < t->buffered; k++)
        if (t->buffer[k].address == p.address) {
            t->buffer[k].under = p.value;
            break;
        }
    tell(t, p.address, p.value);
    if (t->state == SIM_ENDED && !t->buffered)
        sim_thread_over(t);
}

void sim_buffer_flush(struct sim_thread *t)
{
    while (t->buffered)
        sim_buffer_leave(t, 0);
}

void sim_buffer_age(void)
{
    struct sim_world *w = &sim_world;
    for (unsigned i = 0; i < w->threads; i++) {
        struct sim_thread *t = w->thread[i];
        while (t->buffered && w->steps - t->buffer[0].born > SIM_AGE)
            sim_buffer_leave(t, 0);
    }
}

/* The oldest store of the current thread, which is shown: memory has the value already. */
static void leave_shown(struct sim_thread *t)
{
    struct pending p = t->buffer[0];
    drop(t, 0);
    sim_history_wrote(t, p.address, p.under, p.value, p.stamp, &p.released);
    tell(t, p.address, p.value);
    sim_trace(EV_DRAIN, p.site, p.address, p.value);
}

void sim_flush(void)
{
    struct sim_thread *t = sim_world.current;
    while (t->buffered)
        leave_shown(t);
}

void sim_flush_all(void)
{
    sim_flush();
    for (unsigned i = 0; i < sim_world.threads; i++)
        sim_buffer_flush(sim_world.thread[i]);
}

void sim_buffer_add(volatile void *address, unsigned size, uintptr_t value, int order,
                    const struct faden_sim__site *site)
{
    struct sim_thread *t = sim_world.current;
    struct pending *p;
    if (t->buffered == SIM_BUFFER)
        leave_shown(t);
    p = &t->buffer[t->buffered++];
    *p = (struct pending){
        .address = address,
        .value = size == sizeof(uint32_t) ? (uint32_t)value : value,
        .under = sim_get(address, size),
        .born = sim_world.steps,
        .site = site,
        .size = (uint8_t)size,
        .release = order != __ATOMIC_RELAXED,
        .seq_cst = order == __ATOMIC_SEQ_CST,
    };
    sim_history_issue(order, &p->stamp, &p->released);
    sim_world.buffered++;
    sim_put(address, size, value);
}

void sim_wrote(const volatile void *address, uintptr_t value)
{
    tell(sim_world.current, address, value);
}
