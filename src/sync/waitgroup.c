/* SPDX-License-Identifier: MIT */
/* Wait group: a count that waiters wait to be 0. */
#include <faden/sync.h>

#include "sync/waiters.h"

void faden_waitgroup_init(faden_waitgroup *g)
{
    *g = (faden_waitgroup){.count = 0};
}

void faden_waitgroup_destroy(faden_waitgroup *g)
{
    check_no_waiters(&g->waiters, "faden_waitgroup_destroy", g);
}

void faden_waitgroup_add(faden_waitgroup *g, uint32_t n)
{
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &g->lock);
    CHECK(n <= UINT32_MAX - g->count, "faden_waitgroup_add: %u more than %u overflows", n,
          g->count);
    g->count += n;
    lock_release(cpu, &g->lock);
}

void faden_waitgroup_done(faden_waitgroup *g)
{
    struct cpu *cpu = mycpu();
    struct taken all = {NULL, 0};
    lock_acquire(cpu, &g->lock);
    CHECK(g->count, "faden_waitgroup_done: none is expected by the wait group at %p", (void *)g);
    if (--g->count == 0)
        all = waitlist_take_all(&g->waiters);
    lock_release(cpu, &g->lock); /* who is woken may free it: no touch from here */
    wake_taken(cpu, all, 0);
}

int faden_waitgroup_wait(faden_waitgroup *g)
{
    static const struct reason waiting = {"a wait group", NULL};
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int result = ended(cpu);
    if (result)
        return result;
    lock_acquire(cpu, &g->lock);
    if (!g->count) {
        lock_release(cpu, &g->lock);
        return 0;
    }
    wait_init(cpu, &w, &waiting, g);
    return wait_in(cpu, &me, &g->waiters, &g->lock);
}
