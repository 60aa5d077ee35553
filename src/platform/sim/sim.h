/* SPDX-License-Identifier: MIT */
/*
 * Inside the simulator. The README in this folder tells the whole.
 *
 * Invariants
 *  1. One virtual thread is `current`; it runs until sim_point, sim_sleep or its end. The others
 *     are suspended in one of these, or have not begun.
 *  2. Everything that is not determined by the program goes through sim_decide. What it gives
 *     depends on the seed and on earlier decisions, never on addresses or real time.
 *  3. While a virtual thread runs, its buffered stores lie in memory, so that its plain accesses
 * see them; before anybody else runs, they are taken out again (buffer.c).
 */
#ifndef FADEN_PLATFORM_SIM_SIM_H
#define FADEN_PLATFORM_SIM_SIM_H

#include <stdio.h>

#include <faden/context.h>
#include <faden/sim.h>

#include "coro/here.h"
#include "platform/platform.h"

#pragma GCC visibility push(hidden)

enum {
    SIM_CPUS = 64,
    SIM_THREADS = 1 + SIM_CPUS + 128,
    SIM_BUFFER = 8,      /* stores that a buffer holds */
    SIM_AGE = 300,       /* steps after which a store has left it */
    SIM_VIEWS = 12,      /* threads that FADEN_SIM_C11 knows apart; with more it is PSO */
    SIM_STACK = 1 << 20, /* of a virtual thread */
    SIM_STEP_NS = 50,
};

/* ---- a virtual thread -------------------------------------------------------------------- */

/* What a thread knows: of each one, up to which of its accesses (history.c). */
struct sim_view {
    uint32_t clock[SIM_VIEWS];
};

struct pending {
    volatile void *address;
    uintptr_t value, under; /* under: what memory holds for everybody else */
    uint64_t born;
    const struct faden_sim__site *site;
    uint8_t size;
    bool release;             /* leaves after all before it */
    bool seq_cst;             /* a seq_cst load of its thread waits for it */
    uint32_t stamp;           /* FADEN_SIM_C11: */
    struct sim_view released; /* see history.c */
};

enum sim_state { SIM_FREE, SIM_READY, SIM_ASLEEP, SIM_ENDED };

struct sim_thread {
    faden_context context;
    struct here here;
    struct eh_globals eh;
    int error;
    uint16_t id;
    uint8_t state; /* enum sim_state */
    bool kicked;
    bool is_idle;  /* asleep in platform_idle */
    bool detached; /* its record is free when it ends */
    bool conflict; /* its last choice point was one (conflict.c) */
    char name[14];
    uint32_t points;       /* choice points so far; with the thread, the key of a decision */
    uint32_t sub;          /* decisions at this one */
    uint64_t yield_writes; /* it waits for a write of another one: sim_yields */
    uint64_t yield_step;
    const volatile void *spin_on; /* what it loaded last, and when */
    uint64_t spin_writes;
    uint32_t spin_points, spins;
    uint32_t relaxes;
    int64_t deadline;           /* asleep until then */
    int64_t clock;              /* FADEN_SIM_TIMED: its own */
    int64_t kick_at;            /* a kick that is under way */
    const uint32_t *word;       /* asleep on it */
    struct sim_thread *awaits;  /* asleep until its end */
    struct sim_thread *creator; /* waits until this one comes to its first choice point */
    uint32_t priority;          /* PCT */
    bool lazy;                  /* PCT: its stores leave late */
    void *(*fn)(void *);
    void *arg, *result;
    unsigned buffered;
    struct pending buffer[SIM_BUFFER];
    struct sim_view view, kick_view;  /* what it knows; what who kicked it knew */
    const struct faden_sim__site *at; /* its last choice point */
};

/* ---- decisions --------------------------------------------------------------------------- */

/* What is decided. For each, option 0 is what happens in the plainest run. */
enum sim_question { SIM_WHO, SIM_STORE, SIM_FAULT };

/* An option of SIM_WHO: a thread goes on, a store leaves a buffer, or time passes. */
#define SIM_DRAIN 0x4000u /* + thread * SIM_BUFFER + place */
#define SIM_TIME 0x8000u

enum { SIM_OPTIONS = SIM_THREADS * (1 + SIM_BUFFER) + 1 };

struct sim_options {
    unsigned n;
    bool can_stay; /* option 0 is the current thread */
    uint16_t code[SIM_OPTIONS];
};

/* A decision that was not option 0, told by where it was made. */
struct sim_deviation {
    uint16_t thread, code;
    uint32_t point, sub;
};

/* Which choice points the random strategies prefer in a run. */
enum sim_focus { FOCUS_CONFLICTS, FOCUS_PROGRAM, FOCUS_ALL, SIM_FOCI };

enum sim_plan_kind { PLAN_TIMED, PLAN_RANDOM, PLAN_PCT, PLAN_STEPS, PLAN_PREFIX };

/* How decisions are made in one run. */
struct sim_plan {
    enum sim_plan_kind kind;
    uint64_t seed;
    /* PCT: how many choice points of each kind there are, about (enum sim_focus) */
    uint64_t horizon[SIM_FOCI];
    const struct sim_deviation *deviations;
    size_t deviation_count;
    const uint8_t *prefix; /* PLAN_PREFIX: options; 0 after its end */
    size_t prefix_length;
    bool record; /* the trace and the deviations */
    bool loud;   /* the program's output is shown */
};

/* Index of the option taken. */
unsigned sim_decide(enum sim_question q, const struct sim_options *o);
/* A question with two answers; true with probability thousandth/1000. */
bool sim_decide_fault(unsigned thousandth);
bool sim_decide_buffer(void);
bool sim_decide_old(void);
void sim_decide_begin(const struct sim_plan *plan);
void sim_priority_new(struct sim_thread *t);
void sim_priority_drop(struct sim_thread *t); /* below all others */

/* ---- what a run leaves to its parent ----------------------------------------------------- */

enum {
    SHARED_DECISIONS = 1 << 20,
    SHARED_DEVIATIONS = 1 << 17,
    SHARED_TRACE = 1 << 18,
    SHARED_NAMES = 64,
};

enum sim_event {
    EV_LOAD,
    EV_LOAD_OLD,
    EV_STORE,
    EV_BUFFER,
    EV_DRAIN,
    EV_EXCHANGE,
    EV_RMW,
    EV_CAS,
    EV_CAS_FAILED,
    EV_FENCE,
    EV_POINT,
    EV_IDLE,
    EV_SLEEP,
    EV_AWAKE,
    EV_KICK,
    EV_WAKE,
    EV_YIELD,
    EV_BARRIER,
    EV_NEW,
    EV_END,
    EV_JOIN,
    EV_FAULT,
    EV_TIME,
    EV_REPORT,
};

struct sim_step {
    const struct faden_sim__site *site; /* may be NULL */
    const volatile void *object;
    uintptr_t value, before;
    uint16_t thread;
    uint8_t event, order; /* order: __ATOMIC_* */
    uint32_t times;       /* in a row */
};

/* A node of the tree of choices, for the exhaustive search. */
struct sim_node {
    uint8_t taken, options, free_options; /* options from free_options on count against the bound */
};

struct sim_shared {
    bool running; /* within a run's process */
    bool failed, ended;
    int result; /* of main */
    uint64_t steps, switches, passed[SIM_FOCI];
    int64_t clock;
    char outcome[FADEN_SIM_TEXT];
    size_t length;
    char message[FADEN_SIM_MESSAGE];
    size_t nodes, deviations, trace;
    unsigned threads, named;
    char names[SIM_THREADS][14];
    struct {
        uintptr_t address;
        size_t size;
        char name[32];
    } object[SHARED_NAMES];
    struct sim_node node[SHARED_DECISIONS];
    struct sim_deviation deviation[SHARED_DEVIATIONS];
    struct sim_step step[SHARED_TRACE];
};
extern struct sim_shared *sim_shared; /* NULL: not simulating for a parent */

/* ---- the world --------------------------------------------------------------------------- */

struct sim_world {
    faden_sim_config config; /* defaults filled in */
    struct sim_plan plan;
    struct sim_thread *current; /* NULL: no simulation */
    struct sim_thread *thread[SIM_THREADS];
    unsigned threads;
    unsigned buffered; /* stores in all buffers */
    int64_t clock, next_deadline;
    uint64_t steps, writes, switches;
    uint64_t turn_began;       /* the step at which the current thread became that */
    uint64_t passed[SIM_FOCI]; /* choice points of each kind so far */
    bool is[SIM_FOCI];         /* what kind this one is */
    uint64_t quiet_switches;   /* see sim_pass_time */
    unsigned quiet;
    char *stacks;
};
extern struct sim_world sim_world;

/* ---- virtual threads (thread.c) ---------------------------------------------------------- */

/* The calling flow becomes the main virtual thread of a new world. */
void sim_begin(const faden_sim_config *config, const struct sim_plan *plan);
void sim_end(void);
/* NULL: there are SIM_THREADS already. */
struct sim_thread *sim_thread_new(const char *name, void *(*fn)(void *), void *arg);
void sim_thread_await(struct sim_thread *t);
/* It has ended and its buffer is empty: wake who awaits that, and give it. */
struct sim_thread *sim_thread_over(struct sim_thread *t);
unsigned sim_thread_count(void);

/* A choice point of the current thread: perhaps others go on first. */
void sim_point(const struct faden_sim__site *site);
/* The same before an access to memory; core: by the library, not by the program. */
void sim_point_at(const struct faden_sim__site *site, const volatile void *p, bool write,
                  bool core);
void sim_point_of_user(const struct faden_sim__site *site);
bool sim_conflicts(const volatile void *address, bool write); /* conflict.c */
/* At its next choice point it has nothing to do until somebody writes. */
void sim_give_way(struct sim_thread *t);
/* A choice point where it gives way. */
void sim_yield(void);
void sim_relax(void); /* arch_relax */
/* The current thread sleeps; its deadline and so on are set. */
void sim_sleep(struct sim_thread *t);
void sim_awake(struct sim_thread *t);
bool sim_yields(const struct sim_thread *t);
struct eh_globals *sim_eh_globals(void); /* of the C++ runtime; a word of ours if there is none */

/* ---- choosing (choose.c) ----------------------------------------------------------------- */

/* Who goes on; buffers drain and time passes meanwhile. stay: the current thread could. */
struct sim_thread *sim_choose(bool stay);
void sim_fire_deadlines(void);

/* ---- virtual time of each cpu (timed.c) -------------------------------------------------- */

static inline bool sim_is_timed(void)
{
    return sim_world.config.strategy == FADEN_SIM_TIMED;
}
void sim_timed_access(const volatile void *p, bool write);
void sim_timed_pause(struct sim_thread *t);
void sim_timed_awake(struct sim_thread *t);
struct sim_thread *sim_timed_choose(void);

/* ---- store buffers (buffer.c) ------------------------------------------------------------ */

void sim_buffer_hide(struct sim_thread *t); /* take its stores out of memory */
void sim_buffer_show(struct sim_thread *t); /* put them there again */
bool sim_buffer_may_leave(const struct sim_thread *t, unsigned i);
/* Store i of a hidden buffer leaves. */
void sim_buffer_leave(struct sim_thread *t, unsigned i);
void sim_buffer_flush(struct sim_thread *t); /* all of a hidden one */
void sim_buffer_age(void);                   /* hidden: those that are old leave */
void sim_flush(void);                        /* all of the current thread's, which is shown */
void sim_flush_all(void);                    /* all buffers; the current thread's is shown */
void sim_buffer_add(volatile void *address, unsigned size, uintptr_t value, int order,
                    const struct faden_sim__site *site);
/* Memory at `address` changed at once: the current thread has no store to it in its buffer. */
void sim_wrote(const volatile void *address, uintptr_t value);

/* ---- older values (history.c); nothing but for FADEN_SIM_C11 ----------------------------- */

void sim_view_join(struct sim_view *to, const struct sim_view *from);
/* A store of the current thread is done; then, perhaps later, it comes into memory. */
void sim_history_issue(int order, uint32_t *stamp, struct sim_view *released);
void sim_history_wrote(const struct sim_thread *t, const volatile void *p, uintptr_t before,
                       uintptr_t value, uint32_t stamp, const struct sim_view *released);
uintptr_t sim_history_load(const volatile void *p, uintptr_t now, int order, bool *old);
void sim_history_rmw(const volatile void *p, uintptr_t before, uintptr_t after, int order);
void sim_history_newest(const volatile void *p, uintptr_t now);
void sim_history_fence(void);
void sim_history_barrier(void);

static inline bool sim_is_pso(void)
{
    return sim_world.config.memory == FADEN_SIM_PSO || sim_world.config.memory == FADEN_SIM_C11;
}

static inline uintptr_t sim_get(const volatile void *p, unsigned size)
{
    return size == sizeof(uint32_t) ? *(const volatile uint32_t *)p
                                    : *(const volatile uintptr_t *)p;
}

static inline void sim_put(volatile void *p, unsigned size, uintptr_t v)
{
    if (size == sizeof(uint32_t))
        *(volatile uint32_t *)p = (uint32_t)v;
    else
        *(volatile uintptr_t *)p = v;
}

/* ---- reports (report.c, columns.c) ------------------------------------------------------- */

FADEN_NORETURN void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sim_run_over(int result);
/* event: enum sim_event, + order << 8 */
void sim_trace(unsigned event, const struct faden_sim__site *site, const volatile void *object,
               uintptr_t value);
void sim_trace_before(uintptr_t before); /* adds to the last step */
/* What each virtual thread waits for. */
void sim_describe(char *buf, size_t size);

/* ---- runs (run.c, seed.c, shrink.c, columns.c) ------------------------------------------- */

struct sim_job {
    faden_sim_config config;
    int (*main)(void *);
    void *arg;
};

void sim_fill_config(faden_sim_config *c);
unsigned sim_default_cpus(void);
void sim_begin_unasked(void);

/* One run in a child; what it left is in sim_shared. 0, or a negative errno value. */
int sim_run(const struct sim_job *job, const struct sim_plan *plan);
int sim_shared_open(void);

void sim_seed_print(FILE *out, const struct sim_job *job, const struct sim_plan *plan);
/* 0; -EINVAL; -ENOENT: it is that of another name. The plan's deviations are allocated. */
int sim_seed_parse(const char *text, const struct sim_job *job, struct sim_plan *plan);

/* Make the schedule of a failing plan as short as it goes; `plan` becomes that, and sim_shared has
   its run. */
int sim_shrink(const struct sim_job *job, struct sim_plan *plan);
int sim_show_failure(const struct sim_job *job, struct sim_plan *plan, const faden_sim_result *r);
void sim_show_replay(const struct sim_job *job, const struct sim_plan *plan);
void sim_trace_print(FILE *out, const struct sim_shared *s, bool all);

#pragma GCC visibility pop

#endif
