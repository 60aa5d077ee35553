/* SPDX-License-Identifier: MIT */
/*
 * The local path writes no cache line that another cpu has, on 2 to 64 cpus: yields, locks,
 * semaphores, channels, sleeps, and births, joins and ends of tasks that stay. All cpus run side by
 * side in virtual time; the others have gone to sleep.
 */
#include "test.h"

enum { WARM = 200, OPS = 1000 };

static faden_mutex m;
static faden_sem s[2];
static faden_chan *chan;
static const faden_task_attr stays = {.cpu = 1}; /* cpus count from 1 here */

static void *yields(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++)
        faden_yield();
    return NULL;
}

static void *locks(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++) {
        faden_mutex_lock(&m);
        faden_yield(); /* so that the other one waits */
        faden_mutex_unlock(&m);
    }
    return NULL;
}

static void *pings(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++) {
        faden_sem_post(&s[0]);
        SAME(faden_sem_wait(&s[1]), 0);
    }
    return NULL;
}

static void *pongs(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++) {
        SAME(faden_sem_wait(&s[0]), 0);
        faden_sem_post(&s[1]);
    }
    return NULL;
}

static void *sends(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++)
        SAME(faden_chan_send(chan, &i), 0);
    return NULL;
}

static void *receives(void *n)
{
    for (intptr_t i = 0, got; i < (intptr_t)n; i++) {
        SAME(faden_chan_recv(chan, &got), 0);
        SAME(got, i);
    }
    return NULL;
}

static void *sleeps(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++)
        SAME(faden_sleep(20 * FADEN_USEC), 0);
    return NULL;
}

static void *spawns(void *n)
{
    for (intptr_t i = 0; i < (intptr_t)n; i++) {
        faden_task *t;
        SAME(faden_spawn(&t, yields, (void *)1, &stays), 0);
        SAME(faden_join(t, NULL), 0);
    }
    return NULL;
}

static const struct pair {
    const char *name;
    void *(*fn[2])(void *);
} pairs[] = {
    {"yield", {yields, yields}},    {"mutex", {locks, locks}},   {"semaphore", {pings, pongs}},
    {"channel", {sends, receives}}, {"sleep", {sleeps, sleeps}}, {"spawn", {spawns, spawns}},
};

static void play(const struct pair *p, intptr_t n)
{
    faden_task *t[2];
    for (int i = 0; i < 2; i++)
        SAME(faden_spawn(&t[i], p->fn[i], (void *)n, &stays), 0);
    for (int i = 0; i < 2; i++)
        SAME(faden_join(t[i], NULL), 0);
}

static int start(void *arg)
{
    faden_sim_counters before, after;
    (void)arg;
    SAME(faden_chan_new(&chan, sizeof(intptr_t), 1), 0);
    SAME(faden_sleep(FADEN_MSEC), 0); /* the others have looked, and sleep */
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        play(&pairs[i], WARM);
        faden_sim_counters_get(&before);
        play(&pairs[i], OPS);
        faden_sim_counters_get(&after);
        faden_sim_check(after.accesses - before.accesses >= 2 * OPS, "nothing was counted");
        faden_sim_check(after.far_writes == before.far_writes, "%s: %d far writes", pairs[i].name,
                        (int)(after.far_writes - before.far_writes));
    }
    return 0;
}

static int run(void *arg)
{
    int result = -1;
    SAME(faden_run(start, arg, NULL, &result), 0);
    return result;
}

int main(void)
{
    static const unsigned cpus[] = {2, 8, 64};
    for (size_t i = 0; i < sizeof cpus / sizeof *cpus; i++) {
        faden_sim_config config = {
            .name = "local", .cpus = cpus[i], .strategy = FADEN_SIM_TIMED, .steps = 20000000};
        EQUAL(faden_sim_run(&config, run, NULL), 0);
    }
    return 0;
}
