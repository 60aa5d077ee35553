/* SPDX-License-Identifier: MIT */
/*
 * faden/sync.h: mutex, condition, semaphore, wait group.
 *
 *      static faden_mutex m;       // all zero is ready to use
 *      static faden_cond nonempty;
 *
 *      faden_mutex_lock(&m);
 *      while (queue_empty(&q))
 *          if ((err = faden_cond_wait(&nonempty, &m)) < 0)
 *              break;              // cancelled; the mutex is held all the same
 *      ...
 *      faden_mutex_unlock(&m);
 *
 * Every object here lies in place: all-zero memory is a valid initial state, _init sets another
 * one, _destroy checks that nobody waits. They are used by tasks and plain threads alike, in one
 * process; they must not move while in use. Waiters are served first come, first served, and what
 * is given is handed over: nobody can take it in between.
 *
 * An unlock, post, signal or done does not touch the object after it has handed it over: who was
 * woken may free it.
 */
#ifndef FADEN_SYNC_H
#define FADEN_SYNC_H

#include <faden/base.h>

FADEN_BEGIN

struct faden__waiter;

/* Private: who waits, longest first. */
struct faden__waitlist {
    struct faden__waiter *first, *last;
};

/* ---- mutex ------------------------------------------------------------------------------ */

typedef struct faden_mutex {
    uint32_t lock; /* members are private */
    void *owner;
    struct faden__waitlist waiters;
} faden_mutex;

#define FADEN_MUTEX_INIT \
    {                    \
        0                \
    }

FADEN_API void faden_mutex_init(faden_mutex *m);
FADEN_API void faden_mutex_destroy(faden_mutex *m); /* panics if it is held */

/* Waits until the caller holds `m`. No cancellation point: it always gets it. Panics if the caller
   holds it already (it would wait for itself). */
FADEN_API void faden_mutex_lock(faden_mutex *m);
/* 0, or -EBUSY if another holds it. Does not wait. */
FADEN_API FADEN_CHECK int faden_mutex_try_lock(faden_mutex *m);
/* Hand `m` to the longest waiter, or free it. Panics if the caller does not hold it. */
FADEN_API void faden_mutex_unlock(faden_mutex *m);

/* ---- condition -------------------------------------------------------------------------- */

typedef struct faden_cond {
    uint32_t lock;
    struct faden__waitlist waiters;
} faden_cond;

#define FADEN_COND_INIT \
    {                   \
        0               \
    }

FADEN_API void faden_cond_init(faden_cond *c);
FADEN_API void faden_cond_destroy(faden_cond *c); /* panics if somebody waits */

/* Unlock `m`, wait for a signal, lock `m` again. Gives 0, or -ECANCELED or -ETIMEDOUT with the
   mutex held. Never wakes for nothing, but others may run between the signal and the return: test
   the condition in a loop. Waits. */
FADEN_API int faden_cond_wait(faden_cond *c, faden_mutex *m);
FADEN_API void faden_cond_signal(faden_cond *c);    /* wake the longest waiter */
FADEN_API void faden_cond_broadcast(faden_cond *c); /* wake all */

/* ---- semaphore -------------------------------------------------------------------------- */

typedef struct faden_sem {
    uint32_t lock;
    uint32_t count;
    struct faden__waitlist waiters;
} faden_sem;

FADEN_API void faden_sem_init(faden_sem *s, uint32_t count);
FADEN_API void faden_sem_destroy(faden_sem *s); /* panics if somebody waits */

/* Take one. Gives 0, -ECANCELED or -ETIMEDOUT. Waits. */
FADEN_API FADEN_CHECK int faden_sem_wait(faden_sem *s);
/* 0 or -EAGAIN. Does not wait. */
FADEN_API FADEN_CHECK int faden_sem_try_wait(faden_sem *s);
/* Give one: to the longest waiter if there is one. Panics past UINT32_MAX. */
FADEN_API void faden_sem_post(faden_sem *s);
/* How many could be taken now. */
FADEN_API uint32_t faden_sem_value(faden_sem *s);

/* ---- wait group ------------------------------------------------------------------------- */

typedef struct faden_waitgroup {
    uint32_t lock;
    uint32_t count;
    struct faden__waitlist waiters;
} faden_waitgroup;

FADEN_API void faden_waitgroup_init(faden_waitgroup *w);
FADEN_API void faden_waitgroup_destroy(faden_waitgroup *w); /* panics if somebody waits */

/* Expect `n` more. Panics past UINT32_MAX. */
FADEN_API void faden_waitgroup_add(faden_waitgroup *w, uint32_t n);
/* One of them is done; the last one wakes all waiters. Panics if none was expected. */
FADEN_API void faden_waitgroup_done(faden_waitgroup *w);
/* Wait until none is expected. Gives 0, -ECANCELED or -ETIMEDOUT. Waits. */
FADEN_API FADEN_CHECK int faden_waitgroup_wait(faden_waitgroup *w);

FADEN_END

#endif
