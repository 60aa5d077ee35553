/* SPDX-License-Identifier: MIT */
/* Spawn, join and detach in all orders; results arrive; who may be joined stays joinable. */
#include "test.h"

static int ran;

static void *same(void *arg)
{
    ran++;
    return arg;
}

static void *yields(void *arg)
{
    yield_times(3);
    ran++;
    return arg;
}

static void join_in_all_states(void)
{
    void *result = &ran;
    faden_task *t = spawn(same, (void *)11); /* new */
    EQUAL((intptr_t)join(t), 11);
    t = spawn(same, (void *)12); /* done */
    faden_yield();
    EQUAL((intptr_t)join(t), 12);
    t = spawn(yields, (void *)13); /* ready */
    faden_yield();
    EQUAL((intptr_t)join(t), 13);
    t = spawn(same, NULL);
    EQUAL(faden_join(t, &result), 0);
    EXPECT(!result, "a NULL result was not stored");
    t = spawn(same, (void *)1);
    EQUAL(faden_join(t, NULL), 0); /* the result is not wanted */
    EQUAL(faden_join(faden_self(), NULL), -EDEADLK);
}

static void join_in_all_orders(void)
{
    enum { N = 5 };
    uint64_t seed = 7;
    for (int round = 0; round < 200; round++) {
        faden_task *t[N];
        int order[N];
        for (int i = 0; i < N; i++) {
            t[i] = spawn(random_of(&seed) % 2 ? same : yields, (void *)(intptr_t)(100 + i));
            order[i] = i;
        }
        for (int i = N - 1; i > 0; i--) {
            int j = (int)(random_of(&seed) % (unsigned)(i + 1)), swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        yield_times((int)(random_of(&seed) % 6));
        for (int i = 0; i < N; i++)
            EQUAL((intptr_t)join(t[order[i]]), 100 + order[i]);
    }
}

static void detach_in_all_states(void)
{
    faden_stats stats;
    ran = 0;
    faden_task *t = spawn(same, NULL);
    EQUAL(faden_detach(t), 0); /* new */
    yield_times(2);
    t = spawn(same, NULL);
    yield_times(2);
    EQUAL(faden_detach(t), 0); /* done */
    t = spawn(yields, NULL);
    faden_yield();
    EQUAL(faden_detach(t), 0); /* ready */
    yield_times(6);
    go(same, NULL);
    faden_task_attr attr = {.detached = true};
    EQUAL(faden_spawn(NULL, same, NULL, &attr), 0);
    yield_times(3);
    EQUAL(ran, 5);
    EQUAL(faden_stats_get(&stats), 0);
    EQUAL(stats.tasks[FADEN_TASK_DONE], 0); /* nothing is left of them */
    EQUAL(stats.tasks[FADEN_TASK_RUNNING], 1);
}

static faden_task *target;

static void *joins_target(void *arg)
{
    int err = faden_join(target, NULL);
    return (void *)(intptr_t)err;
}

static void *waits_for_sem(void *sem)
{
    EQUAL(faden_sem_wait(sem), 0);
    return (void *)77;
}

static void cancelled_join_leaves_it_joinable(void)
{
    faden_sem sem;
    faden_sem_init(&sem, 0);
    target = spawn(waits_for_sem, &sem);
    faden_task *joiner = spawn(joins_target, NULL);
    yield_times(3);
    EQUAL(faden_cancel(joiner), 0);
    EQUAL((intptr_t)join(joiner), -ECANCELED);
    faden_sem_post(&sem);
    EQUAL((intptr_t)join(target), 77);
    faden_sem_destroy(&sem);
}

static int all(void *arg)
{
    join_in_all_states();
    join_in_all_orders();
    detach_in_all_states();
    cancelled_join_leaves_it_joinable();
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
