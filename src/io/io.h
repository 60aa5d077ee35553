/* SPDX-License-Identifier: MIT */
/*
 * How every call of this layer goes: begin, try, wait while the try gives EAGAIN, end.
 *
 * No edge is lost between the try and the wait:
 *
 *      task                                  poller (its cpu's scheduler context)
 *      seen = edges
 *      try: EAGAIN
 *                                            lock; edges++; wake all on the list; unlock
 *      lock
 *      edges != seen: unlock, try again
 *      edges == seen: join the list, park; the lock opens when the task is off its stack
 *                                            lock; edges++; wake all on the list; unlock
 *      try again
 *
 * Nobody clears anything, so a second task that waits in the same direction, on whichever cpu, does
 * not take the edge away from the first. All waiters of a direction are woken: who finds nothing
 * left goes to the end of the list, so none starves. (Waking one and having it hand on what it
 * leaves would spare tries where many wait in one direction, but a waiter that is ended, or only
 * polls, would have to hand on too.)
 *
 * Fairness: a task whose calls never wait gives way after IO_BUDGET of them.
 */
#ifndef FADEN_IO_IO_H
#define FADEN_IO_IO_H

#include <faden/io.h>

#include "io/descriptor.h"

enum { IO_BUDGET = 32 };

struct call {
    struct cpu *cpu;
    struct descriptor *d;
    int fd;
};

/* How many calls this cpu has served without a switch. */
struct budget {
    uint64_t switches;
    uint32_t calls;
};
extern _Thread_local struct budget faden__io_budget __attribute__((tls_model("initial-exec")));
void faden__io_give_way(struct cpu *cpu);

static inline void budget_use(struct cpu *cpu)
{
    struct budget *b = &faden__io_budget;
    if (b->switches != cpu->switches) {
        b->switches = cpu->switches;
        b->calls = 0;
    } else if (unlikely(++b->calls >= IO_BUDGET)) {
        faden__io_give_way(cpu);
    }
}

/* In a task. 0, or the code that ends its waits, or -EBADF, -ENOMEM. */
static inline int call_begin(struct call *c, struct cpu *cpu, int fd)
{
    int err;
    budget_use(cpu);
    err = ended(cpu);
    if (unlikely(err < 0))
        return err;
    if (unlikely(fd < 0))
        return -EBADF;
    c->cpu = cpu;
    c->fd = fd;
    c->d = descriptor_find(fd);
    if (unlikely(!c->d)) {
        err = descriptor_make(fd, &c->d);
        if (err < 0)
            return err;
    }
    return likely(descriptor_enter(cpu, c->d)) ? 0 : -EBADF;
}

static inline void call_end(struct call *c)
{
    descriptor_leave(c->cpu, c->d);
}

static inline bool call_is(const struct call *c, enum what kind)
{
    return (load_relaxed(&c->d->what) & IS_KIND) == (uint32_t)kind;
}

/* Before anything is watched, or a thread of the pool made. */
void ready_init(void);

/* See to it that edges in this direction are told. The lock is held. 0: wait; -EAGAIN: look again;
   or why it cannot be. */
int faden__watch(struct call *c, enum direction dir);

/* The try after `seen` was read gave EAGAIN. 0: try again. */
__attribute__((always_inline)) static inline int call_wait(struct call *c, enum direction dir,
                                                           uint32_t seen,
                                                           const struct reason *reason)
{
    struct descriptor *d = c->d;
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w};
    int err;
    lock_acquire(c->cpu, &d->lock);
    if (unlikely(d->edges[dir] != seen || d->calls & CALLS_CLOSING)) {
        err = d->calls & CALLS_CLOSING ? -EBADF : 0;
        lock_release(c->cpu, &d->lock);
        return err;
    }
    if (unlikely(!(d->interest & 1 << dir && d->what & IS_OURS && d->suspect))) {
        err = faden__watch(c, dir);
        if (err < 0) {
            lock_release(c->cpu, &d->lock);
            return err == -EAGAIN ? 0 : err;
        }
    }
    wait_init(c->cpu, &w, reason, (void *)(intptr_t)c->fd);
    w.outside = 1;
    return wait_in(c->cpu, &me, &d->waiters[dir], &d->lock);
}

/* ---- plain threads ----------------------------------------------------------------------- */

/* A call in a plain thread gave -EAGAIN: wait until it need not. 0: try again; -EAGAIN: the
   descriptor is in blocking mode, so that was the answer. */
int thread_wait(int fd, enum direction dir);


#endif
