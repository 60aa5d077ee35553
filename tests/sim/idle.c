/* SPDX-License-Identifier: MIT */
/*
 * How cpus sleep, are woken, share work and end: wakes across cpus, stealing, plain threads that
 * push to cpus that sleep, several runs.
 */
#include "scenario.h"

static faden_sem ring[3];
static int total;

/* ---- waking across cpus ------------------------------------------------------------------ */

static void *pass_on(void *arg)
{
    intptr_t i = (intptr_t)arg;
    for (int round = 0; round < 2; round++) {
        SAME(faden_sem_wait(&ring[i]), 0);
        faden_sem_post(&ring[(i + 1) % 3]);
    }
    return NULL;
}

static int wake_ring(void *arg)
{
    faden_task *t[3];
    (void)arg;
    for (intptr_t i = 0; i < 3; i++)
        t[i] = spawn(pass_on, (void *)i);
    faden_sem_post(&ring[0]);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    SAME(faden_sem_value(&ring[0]), 1);
    return 0;
}

/* Two pairs that hand a turn to and fro, with nothing else to do. */
static void *play(void *arg)
{
    faden_sem *s = arg;
    for (int i = 0; i < 3; i++) {
        SAME(faden_sem_wait(&s[0]), 0);
        faden_sem_post(&s[1]);
    }
    return NULL;
}

static void *serve(void *arg)
{
    faden_sem s[2] = {{.count = 0}, {.count = 0}};
    faden_task *t = spawn(play, s);
    for (int i = 0; i < 3; i++) {
        faden_sem_post(&s[0]);
        SAME(faden_sem_wait(&s[1]), 0);
    }
    join(t);
    return arg;
}

static int turns(void *arg)
{
    faden_task *t = spawn(serve, arg);
    serve(arg);
    join(t);
    return 0;
}

/* ---- stealing ---------------------------------------------------------------------------- */

static void *count(void *arg)
{
    __atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
    return arg;
}

/* Others wake to a burst of new tasks while its spawner goes on. */
static int burst(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < 12; i++)
        go_in(&scope, count, arg);
    SAME(faden_scope_close(&scope), 0);
    SAME(total, 12);
    return 0;
}

/* What is spawned runs although its spawner never waits. */
static uint32_t begun;

static void *begin(void *arg)
{
    faden_sim_store(&begun, 1, __ATOMIC_RELEASE);
    return arg;
}

static int busy_spawner(void *arg)
{
    SAME(faden_go(begin, arg), 0);
    while (!faden_sim_load(&begun, __ATOMIC_ACQUIRE))
        faden_yield();
    return 0;
}

/* Nor when it never lets go, if there is another cpu: that one must not sleep on. */
static int computing_spawner(void *arg)
{
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    if (stats.cpus == 1)
        return 0;
    SAME(faden_go(begin, arg), 0);
    while (!faden_sim_load(&begun, __ATOMIC_ACQUIRE))
        ;
    return 0;
}

static void *spawn_more(void *depth)
{
    intptr_t n = (intptr_t)depth;
    count(NULL);
    for (int i = 0; i < 2 && n; i++)
        SAME(faden_go(spawn_more, (void *)(n - 1)), 0);
    return NULL;
}

/* Nobody joins: the run lasts until the last one is done, wherever that is. */
static int nobody_waits(void *arg)
{
    (void)arg;
    SAME(faden_go(spawn_more, (void *)3), 0);
    return 0;
}

static int last_to_leave(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        total = 0;
        run_as(nobody_waits, NULL, (faden_config){0});
        SAME(total, 15);
    }
    return 0;
}

/* ---- threads and runs -------------------------------------------------------------------- */

static void *post_three(void *arg)
{
    for (int i = 0; i < 3; i++)
        faden_sem_post(&ring[0]);
    return arg;
}

static int pushed_from_outside(void *arg)
{
    faden_sim_thread *t[2];
    for (int i = 0; i < 2; i++)
        t[i] = sim_thread(post_three, arg);
    for (int i = 0; i < 6; i++)
        SAME(faden_sem_wait(&ring[0]), 0);
    (void)t;
    return 0;
}

static int sleep_then_post(void *arg)
{
    faden_sleep(FADEN_USEC);
    faden_sem_post(arg);
    return 0;
}

static void *run_another(void *arg)
{
    run_on_one(sleep_then_post, arg);
    return NULL;
}

static int wait_for_other_run(void *arg)
{
    return faden_sem_wait(arg);
}

static int two_runs(void *arg)
{
    faden_sim_thread *t = sim_thread(run_another, &ring[0]);
    (void)arg;
    run_as(wait_for_other_run, &ring[0], (faden_config){0});
    faden_sim_thread_join(t);
    return 0;
}

static void *add_two(void *arg)
{
    *(int *)arg += 2;
    return arg;
}

static int blocking(void *arg)
{
    int n = 0;
    void *result = NULL;
    faden_task *t = spawn(count, arg);
    SAME(faden_blocking(add_two, &n, &result), 0);
    SAME(n, 2);
    faden_sim_check(result == &n, "another result");
    join(t);
    return 0;
}

static const struct scenario tasks[] = {
    {"wake-ring", wake_ring},
    {"turns", turns},
    {"burst", burst},
    {"busy-spawner", busy_spawner},
    {"computing-spawner", computing_spawner},
    {"outside", pushed_from_outside},
    {"blocking", blocking},
};

static const struct scenario threads[] = {
    {"last-to-leave", last_to_leave},
    {"two-runs", two_runs},
};

int main(int argc, char **argv)
{
    int failed = EXPLORE(tasks, argc, argv);
    scenario_main = scenario_in_thread;
    return failed | EXPLORE(threads, argc, argv);
}
