/* SPDX-License-Identifier: MIT */
/* Event: a flag to wait for. Nobody waits while it is set. */
#include <faden/sync.h>

#include "sync/waiters.h"

void faden_event_init(faden_event *e, faden_event_kind kind)
{
    CHECK((unsigned)kind <= FADEN_EVENT_AUTO, "faden_event_init: there is no kind %u of events",
          (unsigned)kind);
    *e = (faden_event){.automatic = kind == FADEN_EVENT_AUTO};
}

void faden_event_destroy(faden_event *e)
{
    check_no_waiters(&e->waiters, "faden_event_destroy", e);
}

void faden_event_set(faden_event *e)
{
    struct cpu *cpu = mycpu();
    struct taken served = {NULL, 0};
    lock_acquire(cpu, &e->lock);
    if (!e->automatic) {
        store_relaxed(&e->set, 1);
        served = waitlist_take_all(&e->waiters);
    } else {
        served.first = waitlist_take(&e->waiters);
        if (served.first)
            served.first->next = NULL;
        else
            store_relaxed(&e->set, 1);
    }
    lock_release(cpu, &e->lock); /* who is woken may free it: no touch from here */
    wake_taken(cpu, served, 0);
}

void faden_event_clear(faden_event *e)
{
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &e->lock);
    store_relaxed(&e->set, 0);
    lock_release(cpu, &e->lock);
}

bool faden_event_is_set(faden_event *e)
{
    return load_relaxed(&e->set);
}

/* Lock held. */
static inline bool passes(faden_event *e)
{
    bool set = e->set;
    if (set && e->automatic)
        store_relaxed(&e->set, 0);
    return set;
}

int faden_event_wait(faden_event *e)
{
    static const struct reason waiting = {"an event"};
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    if (result)
        return result;
    lock_acquire(cpu, &e->lock);
    if (passes(e)) {
        lock_release(cpu, &e->lock);
        return 0;
    }
    wait_init(cpu, &w, &waiting, e);
    return wait_in(cpu, &me, &e->waiters, &e->lock);
}
