/* SPDX-License-Identifier: MIT */
/*
 * poll(2) for tasks: ask the kernel; if nothing is ready, wait for an edge on any of the
 * descriptors and ask again.
 *
 * One wait stands in the list of every descriptor and direction, as in select (chan/select.c):
 * whoever claims it wakes us. It only looks, so the edge that wakes us is for others, too (io.h).
 * If an edge came between the look and the join, the own wait is claimed:
 *
 *      won  -> nobody will wake us: leave the lists, look again
 *      lost -> a wake is on its way: park, to take it
 */
#define _GNU_SOURCE
#include <time.h>

#include "io/io.h"
#include "io/system.h"
#include "time/timer.h"

enum { FEW = 4, TIME_OVER = 1 };

struct place {
    struct descriptor *d; /* NULL: nothing to wait for */
    uint32_t seen[2];
    struct faden__waiter waiter[2];
};

struct polling {
    struct faden__timer timer;
    struct faden__wait wait;
    struct cpu *cpu;
    struct pollfd *fds;
    nfds_t n;
    struct place *places;
    int64_t deadline;
    bool joined;
};

static bool is_wanted(short events, enum direction dir)
{
    const short out = POLLOUT | POLLWRNORM | POLLWRBAND;
    if (dir == WRITING)
        return events & out;
    return events & ~out || !(events & out); /* errors are told to readers, too */
}

/* ---- calls in flight --------------------------------------------------------------------- */

static int enter_all(struct polling *p)
{
    nfds_t i;
    for (i = 0; i < p->n; i++) {
        struct descriptor *d = NULL;
        int fd = p->fds[i].fd;
        if (fd >= 0 && !(d = descriptor_find(fd)) && descriptor_make(fd, &d) == -ENOMEM) {
            while (i--)
                if (p->places[i].d)
                    descriptor_leave(p->cpu, p->places[i].d);
            return -ENOMEM;
        }
        p->places[i].d = d && descriptor_enter(p->cpu, d) ? d : NULL;
    }
    return 0;
}

static void leave_all(struct polling *p)
{
    nfds_t i;
    for (i = 0; i < p->n; i++)
        if (p->places[i].d)
            descriptor_leave(p->cpu, p->places[i].d);
}

/* ---- looking ----------------------------------------------------------------------------- */

/* A descriptor that is being closed is none any more. */
static int look(struct polling *p)
{
    nfds_t i;
    int found;
    for (i = 0; i < p->n; i++)
        if (p->places[i].d) {
            p->places[i].seen[READING] = load_acquire(&p->places[i].d->edges[READING]);
            p->places[i].seen[WRITING] = load_acquire(&p->places[i].d->edges[WRITING]);
        }
    found = (int)SYSTEM(poll(p->fds, p->n, 0));
    for (i = 0; i < p->n && found >= 0; i++) {
        struct descriptor *d = p->places[i].d;
        if (p->fds[i].fd >= 0 && (!d || load_acquire(&d->calls) & CALLS_CLOSING)) {
            found += !p->fds[i].revents;
            p->fds[i].revents = POLLNVAL;
        }
    }
    return found;
}

/* ---- waiting ----------------------------------------------------------------------------- */

static bool is_stale(const struct place *at, enum direction dir)
{
    return at->d->edges[dir] != at->seen[dir] || load_relaxed(&at->d->calls) & CALLS_CLOSING;
}

/* See to it that edges are told. 0, -EAGAIN (look again), or why it cannot be. */
static int watch(struct polling *p, nfds_t i, enum direction dir)
{
    struct descriptor *d = p->places[i].d;
    struct call c = {.cpu = p->cpu, .d = d, .fd = p->fds[i].fd};
    int err;
    lock_acquire(p->cpu, &d->lock);
    err = is_stale(&p->places[i], dir) ? -EAGAIN : faden__watch(&c, dir);
    lock_release(p->cpu, &d->lock);
    if (err == -EAGAIN && call_is(&c, IS_FILE))
        return 0; /* always ready, so if nothing was found, nothing was asked */
    return err;
}

/* 0 or -EAGAIN. */
static int join(struct polling *p, nfds_t i, enum direction dir)
{
    struct place *at = &p->places[i];
    struct descriptor *d = at->d;
    bool stale;
    lock_acquire(p->cpu, &d->lock);
    stale = is_stale(at, dir);
    if (!stale) {
        at->waiter[dir].wait = &p->wait;
        at->waiter[dir].elem = p; /* it only looks */
        enlist_waiter(&d->waiters[dir], &at->waiter[dir], true);
        p->joined = true;
    }
    lock_release(p->cpu, &d->lock);
    return stale ? -EAGAIN : 0;
}

static int for_each_wanted(struct polling *p, int (*fn)(struct polling *, nfds_t, enum direction))
{
    enum direction dir;
    nfds_t i;
    for (i = 0; i < p->n; i++)
        for (dir = READING; dir <= WRITING && p->places[i].d; dir++)
            if (is_wanted(p->fds[i].events, dir)) {
                int err = fn(p, i, dir);
                if (err < 0)
                    return err;
            }
    return 0;
}

/* All are watched before any list is joined: what is found then wakes the waiters of a descriptor,
   and whoever runs must not be woken. */
static int join_all(struct polling *p)
{
    nfds_t i;
    int err;
    p->joined = false;
    for (i = 0; i < p->n; i++)
        p->places[i].waiter[READING].list = p->places[i].waiter[WRITING].list = NULL;
    err = for_each_wanted(p, watch);
    return err < 0 ? err : for_each_wanted(p, join);
}

static void part_all(struct polling *p)
{
    nfds_t i;
    for (i = 0; i < p->n; i++) {
        struct descriptor *d = p->places[i].d;
        if (!d)
            continue;
        lock_acquire(p->cpu, &d->lock);
        waitlist_leave(&p->places[i].waiter[READING]);
        waitlist_leave(&p->places[i].waiter[WRITING]);
        lock_release(p->cpu, &d->lock);
    }
}

static void time_is_over(struct faden__timer *t)
{
    struct polling *p = (struct polling *)t;
    if (claim_unlocked(mycpu(), &p->wait))
        wake(mycpu(), &p->wait, TIME_OVER);
}

/* 0: look again; TIME_OVER; or a negative errno value. */
static int wait_once(struct polling *p)
{
    static const struct reason polling = {"one of several descriptors (faden_poll)", NULL};
    int result;
    wait_init(p->cpu, &p->wait, &polling, NULL);
    result = join_all(p);
    if (result < 0 && claim_unlocked(p->cpu, &p->wait)) {
        part_all(p);
        return result == -EAGAIN ? 0 : result;
    }
    p->wait.outside = p->joined;
    p->wait.stays = 1;
    p->timer.heap = NULL;
    if (p->deadline != FADEN_FOREVER)
        timer_arm(p->cpu, &p->timer, p->deadline, time_is_over);
    result = park(p->cpu, &p->wait, NULL);
    timer_disarm(mycpu(), &p->timer);
    part_all(p);
    return result == -EBADF ? 0 : result; /* closed: to be seen when looking */
}

static int poll_task(struct polling *p)
{
    int found = enter_all(p);
    int err = 0;
    if (found < 0)
        return found;
    while ((found = look(p)) == 0 && p->deadline && !err) {
        err = ended(p->cpu); /* perhaps since it was woken */
        if (!err)
            err = wait_once(p);
    }
    leave_all(p);
    return err < 0 ? err : found;
}

static int poll_in_thread(struct pollfd *fds, nfds_t n, int64_t timeout)
{
    int64_t deadline = timeout < 0 ? FADEN_FOREVER : time_after(timeout);
    for (;;) {
        int64_t left = timeout < 0 ? 0 : deadline - platform_now();
        struct timespec ts = {.tv_sec = left > 0 ? left / FADEN_SEC : 0,
                              .tv_nsec = left > 0 ? left % FADEN_SEC : 0};
        int saved = errno;
        int found = ppoll(fds, n, timeout < 0 ? NULL : &ts, NULL);
        int err = -errno;
        errno = saved;
        if (found >= 0 || err != -EINTR)
            return found >= 0 ? found : err;
    }
}

int faden_poll(struct pollfd *fds, nfds_t n, int64_t timeout)
{
    struct cpu *cpu = mycpu();
    struct place few[FEW];
    struct polling p = {.cpu = cpu, .fds = fds, .n = n, .places = few};
    int found;
    if (!cpu)
        return poll_in_thread(fds, n, timeout);
    budget_use(cpu);
    found = ended(cpu);
    if (found < 0)
        return found;
    if (n > FEW) {
        p.places = quiet_alloc(n, sizeof(struct place));
        if (!p.places)
            return -ENOMEM;
    }
    if (timeout)
        p.deadline = timeout < 0 ? FADEN_FOREVER : time_after(timeout);
    found = poll_task(&p);
    if (n > FEW)
        free(p.places);
    return found;
}
