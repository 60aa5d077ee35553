/* SPDX-License-Identifier: MIT */
/*
 * faden/sync.h: mutex, rwlock, condition, semaphore, wait group, barrier, once, event.
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
 *
 * Deadlines and cancellation come from around a wait, in tasks: see faden_timeout_begin. A plain
 * thread waits until it is served. What waits says whether it is a cancellation point.
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
    uint32_t lock, stamp; /* members are private */
    void *owner;
    struct faden__waitlist waiters;
} faden_mutex;

#define FADEN_MUTEX_INIT \
    {                    \
        0, 0, 0,         \
        {                \
            0, 0         \
        }                \
    }

FADEN_API void faden_mutex_init(faden_mutex *m);
FADEN_API void faden_mutex_destroy(faden_mutex *m); /* panics if it is held */

/* Waits until the caller holds `m`. No cancellation point: it always gets it. Panics if the caller
   holds it already (it would wait for itself), or a task that has ended. */
FADEN_API void faden_mutex_lock(faden_mutex *m);
/* 0, or -EBUSY if another holds it. Does not wait. */
FADEN_API FADEN_CHECK int faden_mutex_try_lock(faden_mutex *m);
/* Hand `m` to the longest waiter, or free it. Panics if the caller does not hold it. */
FADEN_API void faden_mutex_unlock(faden_mutex *m);

/* ---- rwlock ----------------------------------------------------------------------------- */

/*
 *      faden_rwlock_rdlock(&table_lock);
 *      entry = find(key);          // with other readers
 *      faden_rwlock_unlock(&table_lock);
 *
 * Many readers or one writer. Fair both ways: who comes to read while a writer waits, waits behind
 * it; when a writer leaves, all readers that wait by then go in before the next writer. So a reader
 * must not lock for reading again what it holds: a writer may have come in between, and each would
 * wait for the other. Nor for writing: it would wait for itself. Who holds it is known of a writer
 * only, so neither is noticed, and a deadlock report names nobody.
 */
typedef struct faden_rwlock {
    uint32_t lock, stamp;
    void *writer;
    uint32_t readers;
    struct faden__waitlist waiting_writers, waiting_readers;
} faden_rwlock;

#define FADEN_RWLOCK_INIT   \
    {                       \
        0, 0, 0, 0, {0, 0}, \
        {                   \
            0, 0            \
        }                   \
    }

FADEN_API void faden_rwlock_init(faden_rwlock *l);
FADEN_API void faden_rwlock_destroy(faden_rwlock *l); /* panics if it is held */

/* Wait until the caller holds `l`, for reading or for writing. No cancellation points: they always
   get it. Panic if the caller holds it for writing already. */
FADEN_API void faden_rwlock_rdlock(faden_rwlock *l);
FADEN_API void faden_rwlock_wrlock(faden_rwlock *l);
/* 0, or -EBUSY if the other form would wait. Do not wait. */
FADEN_API FADEN_CHECK int faden_rwlock_try_rdlock(faden_rwlock *l);
FADEN_API FADEN_CHECK int faden_rwlock_try_wrlock(faden_rwlock *l);
/* Give up what the caller holds, of either kind; the last one out hands it on. Panics if it is held
   for writing by another one, or by nobody. */
FADEN_API void faden_rwlock_unlock(faden_rwlock *l);

/* ---- condition -------------------------------------------------------------------------- */

typedef struct faden_cond {
    uint32_t lock;
    struct faden__waitlist waiters;
} faden_cond;

#define FADEN_COND_INIT \
    {                   \
        0,              \
        {               \
            0, 0        \
        }               \
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

/* ---- barrier ---------------------------------------------------------------------------- */

/*
 *      static faden_barrier b = FADEN_BARRIER_INIT(4);
 *
 *      for (step = 0; step < steps; step++) {
 *          work(step);
 *          if ((err = faden_barrier_wait(&b)) < 0)
 *              break;              // cancelled: this party was not counted
 *          if (err == FADEN_BARRIER_SERIAL)
 *              ...                 // one of the four
 *      }
 *
 * Ready for the next round as soon as it has let all go. All zero is a barrier for one.
 */
typedef struct faden_barrier {
    uint32_t lock;
    uint32_t parties, arrived;
    struct faden__waitlist waiters;
} faden_barrier;

#define FADEN_BARRIER_INIT(parties) \
    {                               \
        0, (parties), 0,            \
        {                           \
            0, 0                    \
        }                           \
    }

#define FADEN_BARRIER_SERIAL 1

FADEN_API void faden_barrier_init(faden_barrier *b, uint32_t parties); /* panics if that is 0 */
FADEN_API void faden_barrier_destroy(faden_barrier *b); /* panics if somebody waits */

/* Wait until as many callers are here as the barrier is for. Gives FADEN_BARRIER_SERIAL to one of
   them and 0 to the others; or -ECANCELED or -ETIMEDOUT: then the caller was not counted, and the
   others still wait for one more. Waits. */
FADEN_API FADEN_CHECK int faden_barrier_wait(faden_barrier *b);

/* ---- once ------------------------------------------------------------------------------- */

/*
 *      static faden_once once;     // all zero: not done yet
 *
 *      static int load(void *arg)  // may wait
 *      {
 *          return read_table(arg); // < 0: it failed, and is not done
 *      }
 *
 *      if ((err = faden_once_call(&once, load, name)) < 0)
 *          return err;
 */
typedef struct faden_once {
    uint32_t lock, stamp;
    uint32_t done;
    void *runner;
    struct faden__waitlist waiters;
} faden_once;

#define FADEN_ONCE_INIT \
    {                   \
        0, 0, 0, 0,     \
        {               \
            0, 0        \
        }               \
    }

/*
 * Call fn(arg), unless it was done before; others who come meanwhile wait until it is. It is done
 * when fn returns >= 0; the call then gives 0, now and ever after. A negative result is given to
 * the caller, and the next one, waiting already or coming later, calls its own fn. So when the one
 * who runs it is cancelled, fn sees that in its waits and fails, and another one takes over. Gives
 * -ECANCELED or -ETIMEDOUT to a waiter, or to a caller that was ended before it began. Panics if fn
 * calls it on the same object (it would wait for itself). Waits.
 */
FADEN_API FADEN_CHECK int faden_once_call(faden_once *o, int (*fn)(void *arg), void *arg);

/* ---- event ------------------------------------------------------------------------------ */

typedef enum faden_event_kind {
    FADEN_EVENT_MANUAL, /* stays set until it is cleared: all pass */
    FADEN_EVENT_AUTO,   /* each set lets one waiter pass; set twice is set once */
} faden_event_kind;

/* All zero is a manual one that is not set. */
typedef struct faden_event {
    uint32_t lock;
    uint32_t set, automatic;
    struct faden__waitlist waiters;
} faden_event;

FADEN_API void faden_event_init(faden_event *e, faden_event_kind kind); /* not set */
FADEN_API void faden_event_destroy(faden_event *e); /* panics if somebody waits */

/* Let pass who waits: all of them, or the longest waiter. What nobody waits for is kept. */
FADEN_API void faden_event_set(faden_event *e);
FADEN_API void faden_event_clear(faden_event *e);
FADEN_API bool faden_event_is_set(faden_event *e); /* now */
/* Wait until it is set. Gives 0, -ECANCELED or -ETIMEDOUT. Waits. */
FADEN_API FADEN_CHECK int faden_event_wait(faden_event *e);

FADEN_END

#endif
