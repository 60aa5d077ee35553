/* SPDX-License-Identifier: MIT */
/*
 * Plain threads spawn, join, cancel and look while runs begin and end around them: the last join
 * meets the end of the run, which releases all records. -ESRCH where nothing runs.
 */
#include "test.h"

#include "sched/task.h"

enum { RUNS = 1500, LOOKERS = 2 };

/* glibc on m68k leaves it at an even address, which futex(2) refuses. */
static _Alignas(8) pthread_barrier_t begun;
static bool over;
static uint32_t spawned_ok, spawned_ran;

static void *count(void *arg)
{
    __atomic_fetch_add(&spawned_ran, 1, __ATOMIC_RELAXED);
    return arg;
}

/* Joins the last task of a run. */
static faden_task *last;

static void *joiner(void *arg)
{
    for (int i = 0; i < rounds(RUNS); i++) {
        void *result = NULL;
        pthread_barrier_wait(&begun);
        EQUAL(faden_join(last, &result), 0);
        EQUAL((intptr_t)result, 1000 + i);
        pthread_barrier_wait(&begun);
    }
    return NULL;
}

/* Spawns and looks, whether something runs or not. */
static void *looker(void *arg)
{
    faden_task_info info[4];
    faden_stats stats;
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
        int err = faden_spawn(NULL, count, NULL, NULL);
        EXPECT(err == 0 || err == -ESRCH, "faden_spawn gave %d", err);
        if (!err)
            __atomic_fetch_add(&spawned_ok, 1, __ATOMIC_RELAXED);
        err = faden_stats_get(&stats);
        EXPECT(err == 0 || err == -ESRCH, "faden_stats_get gave %d", err);
        int64_t n = faden_tasks(info, 4, false);
        EXPECT(n >= 0 || n == -ESRCH, "faden_tasks gave %lld", (long long)n);
    }
    return NULL;
}

/* The run goes on until the join has begun: else the end of the run would release the task. */
static void *ends_when_joined(void *arg)
{
    faden_task *self = faden_self();
    while (!__atomic_load_n(&self->joiner, __ATOMIC_ACQUIRE))
        faden_yield();
    return arg;
}

static int main_task(void *arg)
{
    last = spawn(ends_when_joined, arg);
    pthread_barrier_wait(&begun);
    return 0;
}

int main(void)
{
    pthread_t t[LOOKERS + 1];
    limit_seconds(50);
    EQUAL(faden_spawn(NULL, count, NULL, NULL), -ESRCH);
    EQUAL(faden_tasks(NULL, 0, false), -ESRCH);
    EQUAL(pthread_barrier_init(&begun, NULL, 2), 0);
    EQUAL(pthread_create(&t[0], NULL, joiner, NULL), 0);
    for (int i = 1; i <= LOOKERS; i++)
        EQUAL(pthread_create(&t[i], NULL, looker, NULL), 0);
    for (int i = 0; i < rounds(RUNS); i++) {
        test_route = i % 2 ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        run(main_task, (void *)(intptr_t)(1000 + i));
        pthread_barrier_wait(&begun);
    }
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    for (int i = 0; i <= LOOKERS; i++)
        pthread_join(t[i], NULL);
    EQUAL(spawned_ran, spawned_ok); /* what was accepted has run */
    EQUAL(faden_spawn(NULL, count, NULL, NULL), -ESRCH);
    return 0;
}
