/* SPDX-License-Identifier: MIT */
/*
 * Bugs planted in primitives that a user might build: a lost wake-up, a deadlock, starvation, a
 * missing fence, a missing acquire. The simulator finds each within 1,000 schedules, by each
 * strategy; the seed it gives fails again; the right version of each stands 1,000 schedules.
 */
#include "test.h"

#define R __ATOMIC_RELAXED
#define REL __ATOMIC_RELEASE
#define ACQ __ATOMIC_ACQUIRE
#define SC __ATOMIC_SEQ_CST

static bool right; /* the version without the bug */

static int run_tasks(int (*start)(void *), void *arg)
{
    static const faden_config one = {.cpus = 1};
    int result = -1, err = faden_run(start, arg, &one, &result);
    SAME(err, 0);
    return result;
}

/* ---- an event: who waits announces it, and must look again ------------------------------ */

static struct {
    uint32_t set, waiting;
    faden_sem sem;
} event;

static int wait_for_event(void)
{
    if (right) {
        faden_sim_store(&event.waiting, 1, SC);
        if (faden_sim_load(&event.set, SC))
            return 0;
    } else {
        if (faden_sim_load(&event.set, SC))
            return 0;
        faden_sim_store(&event.waiting, 1, SC);
    }
    return faden_sem_wait(&event.sem);
}

static void *set_event(void *arg)
{
    faden_sim_store(&event.set, 1, SC);
    if (faden_sim_load(&event.waiting, SC))
        faden_sem_post(&event.sem);
    return arg;
}

static int wait_and_set(void *arg)
{
    sim_thread(set_event, arg);
    return wait_for_event();
}

static int lost_wake_up(void *arg)
{
    return run_tasks(wait_and_set, arg);
}

/* ---- two mutexes ------------------------------------------------------------------------- */

static faden_mutex first, second;

static void both(faden_mutex *a, faden_mutex *b)
{
    faden_mutex_lock(a);
    faden_mutex_lock(b);
    faden_mutex_unlock(b);
    faden_mutex_unlock(a);
}

static void *backward(void *arg)
{
    if (right)
        both(&first, &second);
    else
        both(&second, &first);
    return arg;
}

static void *forward(void *arg)
{
    both(&first, &second);
    return arg;
}

static int deadlock(void *arg)
{
    faden_sim_thread *t[2] = {sim_thread(forward, arg), sim_thread(backward, arg)};
    for (int i = 0; i < 2; i++)
        faden_sim_thread_join(t[i]);
    return 0;
}

/* ---- a ticket lock: two get the same ticket, a later one is never called ----------------- */

static uint32_t next_ticket, serving;

static uint32_t draw(void)
{
    uint32_t ticket;
    if (right)
        return faden_sim_fetch_add(&next_ticket, 1, R);
    ticket = faden_sim_load(&next_ticket, R);
    faden_sim_store(&next_ticket, ticket + 1, R);
    return ticket;
}

static void *customer(void *arg)
{
    for (int i = 0; i < 3; i++) {
        uint32_t ticket = draw();
        while (faden_sim_load(&serving, ACQ) != ticket)
            ;
        faden_sim_store(&serving, faden_sim_load(&serving, R) + 1, REL);
    }
    return arg;
}

static int starvation(void *arg)
{
    faden_sim_thread *t[2];
    (void)arg;
    for (int i = 0; i < 2; i++)
        t[i] = sim_thread(customer, NULL);
    for (int i = 0; i < 2; i++)
        faden_sim_thread_join(t[i]);
    return 0;
}

/* ---- Dekker's first idea ------------------------------------------------------------------ */

static uint32_t wants[2];
static int inside;

static void *enter(void *arg)
{
    size_t me = (size_t)arg;
    faden_sim_store(&wants[me], 1, right ? SC : REL);
    if (!faden_sim_load(&wants[1 - me], SC)) {
        inside++;
        faden_sim_point("inside");
        faden_sim_check(inside == 1, "both are inside");
        inside--;
    }
    return NULL;
}

static int missing_fence(void *arg)
{
    faden_sim_thread *t[2];
    (void)arg;
    for (size_t i = 0; i < 2; i++)
        t[i] = sim_thread(enter, (void *)i);
    for (int i = 0; i < 2; i++)
        faden_sim_thread_join(t[i]);
    return 0;
}

/* ---- a message, and a flag that says that it is there -------------------------------------- */

static uint32_t message, is_there;

static void *write_message(void *arg)
{
    faden_sim_store(&message, 42, R);
    faden_sim_store(&is_there, 1, REL);
    return arg;
}

static int missing_acquire(void *arg)
{
    faden_sim_thread *t = sim_thread(write_message, arg);
    while (!faden_sim_load(&is_there, right ? ACQ : R))
        ;
    faden_sim_check(faden_sim_load(&message, R) == 42, "no message");
    faden_sim_thread_join(t);
    return 0;
}

/* ------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *message;
    int (*main)(void *);
    bool small; /* enough to look at all schedules */
    bool old;   /* loads give older values: C11 only */
} all[] = {
    {"lost wake-up", "deadlock", lost_wake_up, false, false},
    {"deadlock", "deadlock", deadlock, false, false},
    {"starvation", "no end after", starvation, false, false},
    {"missing fence", "both are inside", missing_fence, true, false},
    {"missing acquire", "no message", missing_acquire, true, true},
};

static void planted(size_t i, faden_sim_config config)
{
    static faden_sim_result r, again;
    config.name = all[i].name;
    config.quiet = true;
    config.steps = 20000;
    right = false;
    EXPECT(faden_sim_explore(&config, all[i].main, NULL, &r) == 1,
           "%s: not found in %llu schedules", all[i].name, (unsigned long long)r.runs);
    EXPECT(strstr(r.message, all[i].message), "%s: %s", all[i].name, r.message);
    if (getenv("VERBOSE"))
        printf("%s: schedule %llu\n", all[i].name, (unsigned long long)r.failed_run);
    if (config.strategy != FADEN_SIM_EXHAUSTIVE) {
        setenv("FADEN_SEED", r.seed, 1);
        config.quiet = true;
        EQUAL(faden_sim_explore(&config, all[i].main, NULL, &again), 1);
        unsetenv("FADEN_SEED");
        EXPECT(!strcmp(r.message, again.message), "%s: first: %s then: %s", all[i].name, r.message,
               again.message);
    }
    right = true;
    config.runs = 1000;
    config.quiet = false;
    EQUAL(faden_sim_explore(&config, all[i].main, NULL, &r), 0);
}

int main(void)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int m = FADEN_SIM_TSO; m <= FADEN_SIM_C11; m++) {
            if (m == FADEN_SIM_SC || (all[i].old && m != FADEN_SIM_C11))
                continue;
            planted(i, (faden_sim_config){.memory = (faden_sim_memory)m});
            planted(
                i, (faden_sim_config){.memory = (faden_sim_memory)m, .strategy = FADEN_SIM_RANDOM});
            planted(i,
                    (faden_sim_config){.memory = (faden_sim_memory)m, .strategy = FADEN_SIM_PCT});
            if (all[i].small)
                planted(i, (faden_sim_config){.memory = (faden_sim_memory)m,
                                              .strategy = FADEN_SIM_EXHAUSTIVE,
                                              .preemptions = 2,
                                              .runs = 1000});
        }
    return 0;
}
