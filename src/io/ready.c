/* SPDX-License-Identifier: MIT */
/*
 * Readiness: registering descriptors, and the edges that come of it.
 *
 * A descriptor is watched by the poller of the cpu that first had to wait for it, in the directions
 * that were waited for, from then on, edge by edge. The registration ends with the description, not
 * with the number, and nobody tells us when close(2) was called behind our back. So before a task
 * waits on a registration that an earlier call made, it must be known to stand:
 *
 *  - EPOLL_CTL_ADD tells: EEXIST, it stands; success, the number is another description now (and
 *    is watched again). With the next life's tag, so that late events of this one are dropped.
 *  - That costs a system call, so for descriptors that this layer made, which have no business with
 *    close(2), it is put off: only waits that last are looked at (suspect.c).
 */
#include "io/io.h"
#include "io/pool.h"
#include "io/suspect.h"

static uint64_t tag(int fd, uint32_t life)
{
    return (uint64_t)life << 32 | (uint32_t)fd;
}

/* And who only looks. */
static void wake_one(struct cpu *cpu, struct descriptor *d, enum direction dir)
{
    struct faden__waiter *w;
    bool looks = true;
    while (looks && (w = waitlist_take(&d->waiters[dir]))) {
        looks = only_looks(w); /* once woken, w is gone */
        wake(cpu, w->wait, 0);
    }
}

static void edge(struct cpu *cpu, struct descriptor *d, enum direction dir)
{
    store_release(&d->edges[dir], d->edges[dir] + 1);
    wake_one(cpu, d, dir);
}

void faden__hand_on(struct cpu *cpu, struct descriptor *d, enum direction dir)
{
    lock_acquire(cpu, &d->lock);
    wake_one(cpu, d, dir);
    lock_release(cpu, &d->lock);
}

static void deliver(uint64_t event_tag, unsigned events)
{
    struct cpu *cpu = mycpu();
    struct descriptor *d = descriptor_find((int)(uint32_t)event_tag);
    lock_acquire(cpu, &d->lock);
    if (likely(d->life == event_tag >> 32)) {
        if (events & POLLER_HUNG)
            store_relaxed(&d->hung, 1);
        if (events & POLLER_IN)
            edge(cpu, d, READING);
        if (events & POLLER_OUT)
            edge(cpu, d, WRITING);
    }
    lock_release(cpu, &d->lock);
}

/* ---- a poller goes ----------------------------------------------------------------------- */

/* Not lock_acquire: the thread is a cpu no more, but no user of objects either. */
static void lock_without_cpu(uint32_t *lock)
{
    if (exchange_acquire(lock, 1))
        faden__lock_contended(lock);
}

static void start_over(struct cpu *cpu, struct descriptor *d, enum direction dir)
{
    store_release(&d->edges[dir], d->edges[dir] + 1);
    wake_all(cpu, d, dir, 0);
}

/* In the child of a fork, who held the lock is not there any more. */
static void let_go(struct descriptor *d, const void *world, bool forked)
{
    struct cpu *cpu = mycpu();
    if (forked)
        store_relaxed(&d->lock, 0);
    if (load_relaxed(&d->poller) == NULL)
        return;
    if (cpu)
        lock_acquire(cpu, &d->lock);
    else
        lock_without_cpu(&d->lock);
    if (d->poller && (forked || d->poller->world == world)) {
        store_relaxed(&d->poller, NULL);
        store_relaxed(&d->interest, 0);
        d->life++;
        start_over(cpu, d, READING); /* tasks of other cpus register it anew */
        start_over(cpu, d, WRITING);
    }
    if (cpu)
        lock_release(cpu, &d->lock);
    else
        lock_open(&d->lock);
}

static void gone(const void *world, bool forked)
{
    unsigned k;
    uint32_t i;
    if (!forked) {
        pool_cpu_ends(load_acquire(&faden__runtimes) == NULL);
        suspects_drop();
    }
    for (k = 0; k < CHUNKS; k++) {
        struct descriptor *chunk = load_acquire(&faden__descriptors[k]);
        for (i = 0; chunk && i < 1u << (k + CHUNK_FIRST_SHIFT); i++)
            let_go(&chunk[i], world, forked);
    }
}

void ready_init(void)
{
    store_relaxed(&poller_gone, gone);
    store_relaxed(&poller_sink, deliver);
}

/* ---- registering ------------------------------------------------------------------------- */

static int begin(struct call *c, unsigned events)
{
    struct descriptor *d = c->d;
    struct platform_cpu *poller = &c->cpu->platform;
    int err;
    ready_init();
    err = poller_watch(poller, c->fd, tag(c->fd, d->life), events);
    if (err == -EEXIST) /* watched in an earlier life of the number, which a dup outlived */
        err = poller_change(poller, c->fd, tag(c->fd, d->life), events);
    if (err == -EPERM) {
        store_relaxed(&d->what, (what_of(d) & IS_OURS) | IS_FILE);
        return -EAGAIN;
    }
    if (!err) {
        store_relaxed(&d->poller, poller);
        store_relaxed(&d->interest, events);
    }
    return err;
}

int ready_verify(struct cpu *cpu, struct descriptor *d, int fd, int code)
{
    struct platform_cpu *poller = d->poller;
    unsigned interest = d->interest;
    int err = poller_watch(poller, fd, tag(fd, d->life + 1), interest);
    if (likely(err == -EEXIST))
        return 0;
    descriptor_renew(cpu, d, err == -EBADF ? err : code);
    if (!err) {
        store_relaxed(&d->poller, poller);
        store_relaxed(&d->interest, interest);
    }
    return err && err != -EPERM ? err : -EAGAIN;
}

int faden__watch(struct call *c, enum direction dir)
{
    struct descriptor *d = c->d;
    unsigned events = d->interest | 1u << dir;
    int err;
    if (!d->poller)
        return begin(c, events);
    if (events == d->interest) {
        if (!(what_of(d) & IS_OURS))
            return ready_verify(c->cpu, d, c->fd, -EBADF);
        suspect_add(c->cpu, d, c->fd);
        return 0;
    }
    err = poller_change(d->poller, c->fd, tag(c->fd, d->life), events);
    if (err == -ENOENT) {
        descriptor_renew(c->cpu, d, -EBADF);
        return -EAGAIN;
    }
    if (!err)
        store_relaxed(&d->interest, events);
    return err;
}
