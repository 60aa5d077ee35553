/* SPDX-License-Identifier: MIT */
/*
 * faden/sim.h: the simulator. Link with -lfaden-sim instead of -lfaden.
 *
 *      static void *consumer(void *arg) { ... }
 *
 *      static int start(void *arg)              // a task, on virtual cpus
 *      {
 *          faden_task *t;
 *          int value, err = faden_spawn(&t, consumer, arg, NULL);
 *          ...
 *          faden_sim_check(value == 42, "got %d", value);
 *          return faden_join(t, NULL);
 *      }
 *
 *      static int scenario(void *arg)           // the main thread of a simulated process
 *      {
 *          return faden_run(start, arg, NULL, NULL);
 *      }
 *
 *      int main(void)
 *      {
 *          faden_sim_config config = {.cpus = 2, .runs = 10000};
 *          return faden_sim_explore(&config, scenario, NULL, NULL);
 *      }
 *
 * The library is the same code as libfaden, in another world: cpus and plain threads are virtual,
 * all of them in one kernel thread, and the simulator decides who goes on at each atomic operation,
 * lock, park, wake, sleep and kick of the library (the choice points). Time is virtual: when all
 * sleep, the clock jumps to the next deadline. Each virtual cpu has a store buffer, so a missing
 * fence is found. Plain memory accesses are no choice points and are sequentially consistent.
 *
 * A run is decided by its seed and nothing else. Each run has a process of its own (fork), so it
 * always begins with the same memory. A run fails if the library panics or reports a deadlock, a
 * check fails, main gives another value than 0, the process dies, or the steps run out. Then the
 * seed is printed, and the schedule, made as short as it goes, as one column for each virtual
 * thread. `FADEN_SEED=... ./prog` replays it; under a debugger: set follow-fork-mode child.
 *
 * A program that knows nothing of this header can be relinked, too: its faden_run is then one
 * simulated run, on two virtual cpus, by the seed in FADEN_SEED (1 if there is none).
 */
#ifndef FADEN_SIM_H
#define FADEN_SIM_H

#include <faden/base.h>

FADEN_BEGIN

typedef enum faden_sim_strategy {
    FADEN_SIM_MIXED,      /* random walk and PCT in turns */
    FADEN_SIM_RANDOM,     /* random walk */
    FADEN_SIM_PCT,        /* random priorities that change at `depth` - 1 random points */
    FADEN_SIM_EXHAUSTIVE, /* every schedule, depth first */
    FADEN_SIM_TIMED,      /* one schedule: all cpus run side by side in virtual time, which accesses
                             to lines of other cpus, kicks and faden_sim_work take; memory is SC */
} faden_sim_strategy;

typedef enum faden_sim_memory {
    FADEN_SIM_TSO, /* stores wait in a queue (x86): first in, first out; seq_cst stores and
                      read-modify-writes empty it */
    FADEN_SIM_PSO, /* stores to different addresses may overtake each other, but for a release
                      store, which waits for those before it; seq_cst stores wait, too, until a
                      seq_cst load or a read-modify-write (ARMv8) */
    FADEN_SIM_SC,  /* no buffers: one order of all */
    FADEN_SIM_C11, /* as PSO, and a load that is not seq_cst may give an older value, as long as its
                      thread cannot know of a newer one: a missing acquire is found, too */
} faden_sim_memory;

/* How often what may go wrong does, in 1/1000 of the opportunities. */
typedef struct faden_sim_faults {
    unsigned alloc;    /* an allocation fails */
    unsigned late;     /* a timer is 10 ms late */
    unsigned spurious; /* a sleep ends for no reason */
    unsigned kick;     /* the kick of another cpu takes 50 us */
} faden_sim_faults;

/* All zero is the default. */
typedef struct faden_sim_config {
    const char *name; /* in reports and seeds; a seed with a name replays only where it fits */
    unsigned cpus;    /* virtual cpus that faden_run finds. 0: 2; at most 64 */
    faden_sim_strategy strategy;
    faden_sim_memory memory;
    faden_sim_faults faults;
    uint64_t seed;        /* of the first run; the others follow from it. 0: 1 */
    uint64_t runs;        /* faden_sim_explore: at most. 0: 1000; EXHAUSTIVE: until all are done */
    uint64_t steps;       /* choice points in a run; more are taken for a livelock. 0: 200,000 */
    unsigned depth;       /* PCT: finds bugs that need so many orderings. 0: 3 */
    unsigned preemptions; /* EXHAUSTIVE: at most so many preemptions, delayed stores and faults in a
                             run. 0: no bound */
    bool keep_going;      /* count failures instead of stopping at the first */
    bool quiet;           /* print nothing */
} faden_sim_config;

enum { FADEN_SIM_OUTCOMES = 64, FADEN_SIM_TEXT = 160, FADEN_SIM_MESSAGE = 8192 };

typedef struct faden_sim_outcome {
    char text[FADEN_SIM_TEXT];
    uint64_t runs; /* that had it */
} faden_sim_outcome;

typedef struct faden_sim_result {
    uint64_t runs, failures;
    uint64_t steps;                  /* choice points passed in all runs */
    uint64_t states;                 /* EXHAUSTIVE: different ones: nodes of the tree of choices */
    uint64_t switches;               /* from one virtual thread to another, in all runs */
    bool complete;                   /* EXHAUSTIVE: no schedule within the bounds is left */
    uint64_t failed_run;             /* number of the first failure, from 1 */
    char seed[FADEN_SIM_TEXT];       /* of the first failure; "" if none, or if it has none */
    char message[FADEN_SIM_MESSAGE]; /* likewise; "" if none */
    unsigned outcomes;
    faden_sim_outcome outcome[FADEN_SIM_OUTCOMES]; /* in the order they were first seen */
} faden_sim_result;

/*
 * Simulate main(arg) once. 0; 1 if the run failed (the report is printed); -EINVAL, -ENOMEM,
 * -EAGAIN: no run. What main writes into memory is lost with the run's process. NULL config: the
 * defaults. Not within a simulation.
 */
FADEN_API FADEN_CHECK int faden_sim_run(const faden_sim_config *config, int (*main)(void *arg),
                                        void *arg);

/* Simulate it many times, each time by another schedule, up to the first failure. *result may be
   NULL. Gives the same. With FADEN_SEED set: the run of that seed only. */
FADEN_API FADEN_CHECK int faden_sim_explore(const faden_sim_config *config, int (*main)(void *arg),
                                            void *arg, faden_sim_result *result);

/* ---- within a simulation: tasks and plain threads --------------------------------------- */

/* The run fails, unless `condition`; what follows is a printf format and its arguments. */
#define faden_sim_check(condition, ...) ((condition) ? (void)0 : faden_sim_fail(__VA_ARGS__))
FADEN_API FADEN_NORETURN void faden_sim_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* How this run ended, in a few words: the result has all outcomes and how often each was seen. */
FADEN_API void faden_sim_outcome_set(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A virtual plain thread. It runs up to its first choice point at once. 0, -EAGAIN (128 live). */
typedef struct faden_sim_thread faden_sim_thread;
FADEN_API FADEN_CHECK int faden_sim_thread_new(faden_sim_thread **thread, void *(*fn)(void *arg),
                                               void *arg);
/* Wait for its end; gives what fn returned. Plain threads only. */
FADEN_API void *faden_sim_thread_join(faden_sim_thread *thread);

/* A choice point of the caller's own, before an access to plain memory that others touch too. */
#define faden_sim_point(what) faden_sim__point(FADEN_SIM__SITE(what))

/* The caller computes for so long. */
FADEN_API void faden_sim_work(int64_t ns);

/* FADEN_SIM_TIMED: accesses of the library's atomics so far, and those to a cache line that another
   cpu had. */
typedef struct faden_sim_counters {
    uint64_t accesses, far_reads, far_writes, kicks;
} faden_sim_counters;
FADEN_API void faden_sim_counters_get(faden_sim_counters *counters);

/* What the columns call the `size` bytes at `p`, in place of the expression in the source. */
FADEN_API void faden_sim_name(const void *p, size_t size, const char *name);

/* ---- atomics of the caller's own --------------------------------------------------------- */

/*
 * These are choice points and go through the store buffers, as the library's own are; C11's are
 * not. `order` is __ATOMIC_RELAXED, … ; for objects of 4 bytes or of a pointer's size. Outside of
 * a simulation they are the plain atomics.
 */
#define faden_sim_load(p, order) \
    ((__typeof__(*(p)))faden_sim__load((p), sizeof *(p), (order), FADEN_SIM__SITE(#p)))
#define faden_sim_store(p, v, order) \
    faden_sim__store((p), sizeof *(p), (uintptr_t)(v), (order), FADEN_SIM__SITE(#p))
#define faden_sim_exchange(p, v, order) FADEN_SIM__RMW(p, FADEN_SIM__EXCHANGE, v, order)
#define faden_sim_fetch_add(p, v, order) FADEN_SIM__RMW(p, FADEN_SIM__ADD, v, order)
#define faden_sim_fetch_or(p, v, order) FADEN_SIM__RMW(p, FADEN_SIM__OR, v, order)
#define faden_sim_fetch_and(p, v, order) FADEN_SIM__RMW(p, FADEN_SIM__AND, v, order)
/* *p == *old ? (*p = v, true) : (*old = *p, false) */
#define faden_sim_cas(p, old, v, order) \
    faden_sim__cas((p), sizeof *(p), (old), (uintptr_t)(v), (order), FADEN_SIM__SITE(#p))
#define faden_sim_fence(order) faden_sim__fence((order), FADEN_SIM__SITE("fence"))

/* Private: the library's own atomics say so in the order. */
#define FADEN_SIM__CORE 0x100

/* Private: a place in the source. */
struct faden_sim__site {
    const char *file, *what;
    int line;
};
#define FADEN_SIM__SITE(text)                                                    \
    __extension__({                                                              \
        static const struct faden_sim__site here__ = {__FILE__, text, __LINE__}; \
        &here__;                                                                 \
    })
#define FADEN_SIM__RMW(p, what, v, order)                                                   \
    __extension__({                                                                         \
        (__typeof__(*(p)))faden_sim__rmw((p), sizeof *(p), (what), (uintptr_t)(v), (order), \
                                         FADEN_SIM__SITE(#p));                              \
    })
enum { FADEN_SIM__EXCHANGE, FADEN_SIM__ADD, FADEN_SIM__OR, FADEN_SIM__AND };
FADEN_API uintptr_t faden_sim__load(const volatile void *p, unsigned size, int order,
                                    const struct faden_sim__site *site);
FADEN_API void faden_sim__store(volatile void *p, unsigned size, uintptr_t v, int order,
                                const struct faden_sim__site *site);
FADEN_API uintptr_t faden_sim__rmw(volatile void *p, unsigned size, int what, uintptr_t v,
                                   int order, const struct faden_sim__site *site);
FADEN_API bool faden_sim__cas(volatile void *p, unsigned size, void *old, uintptr_t v, int order,
                              const struct faden_sim__site *site);
FADEN_API void faden_sim__fence(int order, const struct faden_sim__site *site);
FADEN_API void faden_sim__point(const struct faden_sim__site *site);

FADEN_END

#endif
