/* SPDX-License-Identifier: MIT */
/* Who is next: each ready task gets its turn, new ones too, whatever the others do. */
#include "test.h"

static bool stop;
static int turns[10];

static void *counts(void *arg)
{
    while (!stop) {
        ++*(int *)arg;
        faden_yield();
    }
    return NULL;
}

/* Of n tasks that yield each has had as many turns as the others, but for one. */
static void yield_in_turn(void)
{
    stop = false;
    memset(turns, 0, sizeof turns);
    for (int i = 0; i < 10; i++)
        go(counts, &turns[i]);
    yield_times(12);
    memset(turns, 0, sizeof turns);
    yield_times(1000);
    for (int i = 0; i < 10; i++)
        EQUAL(turns[i], 1000);
    stop = true;
    yield_times(3);
}

static int chain_left;

static void *chain(void *arg)
{
    if (!stop && --chain_left > 0)
        go(chain, NULL);
    return NULL;
}

static int ready_turns;

/* A chain of tasks, each of which spawns the next one and ends, starves no ready task. */
static void chain_and_ready(int backlog)
{
    enum { TURNS = 200 };
    stop = false;
    chain_left = 1000000;
    for (int i = 0; i < backlog; i++)
        go(chain, NULL);
    for (ready_turns = 0; ready_turns < TURNS; ready_turns++)
        faden_yield();
    int steps = 1000000 - chain_left;
    EXPECT(steps >= TURNS / 2, "the chain made %d steps in %d turns: it starves", steps, TURNS);
    EXPECT(steps <= (TURNS + 2) * (backlog + 1) * 2, "%d steps of the chain in %d turns of %s",
           steps, TURNS, "a ready task");
    stop = true;
    yield_times(3 + backlog);
}

static void *nothing(void *arg)
{
    return NULL;
}

static bool helper_ran;

static void *helper(void *arg)
{
    helper_ran = true;
    return NULL;
}

static void *spawner(void *arg)
{
    for (int i = 0; i < 100000 && !helper_ran; i++) {
        go(nothing, NULL);
        faden_yield();
    }
    return NULL;
}

static void *endless(void *arg)
{
    if (!helper_ran && --chain_left) { /* the backlog grows */
        go(endless, NULL);
        go(endless, NULL);
    }
    return NULL;
}

/* A task that was spawned before an endless spawner runs. */
static void oldest_runs(void)
{
    helper_ran = false;
    go(helper, NULL);
    go(spawner, NULL);
    for (int i = 0; i < 100 && !helper_ran; i++)
        faden_yield();
    EXPECT(helper_ran, "a new task starves behind a spawner that yields");
    helper_ran = false;
    chain_left = 5000;
    go(helper, NULL);
    go(endless, NULL);
    faden_yield();
    yield_times(4);
    EXPECT(helper_ran && chain_left > 3000, "a new task starves behind an endless spawner");
}

static void *done(void *group)
{
    faden_waitgroup_done(group);
    return NULL;
}

/* The share that very many new tasks had is not left over when they are gone and nobody was ready
   meanwhile: a ready task does not wait as long again for a few new ones. */
static void no_old_quota(void)
{
    const int many = rounds(50000);
    faden_waitgroup group;
    faden_waitgroup_init(&group);
    faden_waitgroup_add(&group, (unsigned)many);
    for (int i = 0; i < many; i++)
        go(done, &group);
    faden_yield(); /* one ready task, very many new ones */
    EQUAL(faden_waitgroup_wait(&group), 0);
    chain_and_ready(1);
    faden_waitgroup_destroy(&group);
}

/* The records of a spawner that yields do not pile up. */
static void bounded_backlog(void)
{
    faden_stats stats;
    for (int i = 0; i < rounds(20000); i++) {
        for (int k = 0; k < 10; k++)
            go(nothing, NULL);
        faden_yield();
        if (i % 100)
            continue;
        EQUAL(faden_stats_get(&stats), 0);
        EXPECT(stats.tasks[FADEN_TASK_NEW] <= 100, "%llu new tasks wait",
               (unsigned long long)stats.tasks[FADEN_TASK_NEW]);
    }
}

static int all(void *arg)
{
    yield_in_turn();
    chain_and_ready(1);
    chain_and_ready(20);
    oldest_runs();
    no_old_quota();
    bounded_backlog();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(all, NULL);
    return 0;
}
