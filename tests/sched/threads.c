/* SPDX-License-Identifier: MIT */
/*
 * Plain threads at the same objects as tasks, for a while: channels, mutexes, conditions,
 * semaphores, wait groups, spawn and join, cancel. Sums come out right. The first use by a thread
 * meets a run that was alone until then.
 */
#include <faden/chan.h>

#include "test.h"

enum { THREADS = 3, TASKS = 20 };
static int each; /* turns of each of them; a multiple of 30 */

static faden_chan *chan, *back;
static faden_mutex mutex;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;
static uint64_t counter, received, turns; /* guarded by mutex, but for received */
static int spawned_sum;

static void *counts(void *arg)
{
    for (int i = 0; i < each; i++) {
        faden_mutex_lock(&mutex);
        uint64_t n = counter;
        if (i % 16 == 0)
            faden_yield(); /* in a thread: nothing */
        counter = n + 1;
        if (i % 8 == 0)
            faden_cond_signal(&cond);
        faden_mutex_unlock(&mutex);
        if (i % 3 == 0) {
            uint64_t v = (uint64_t)i;
            EQUAL(faden_chan_send(chan, &v), 0);
        }
        if (i % 5 == 0)
            EQUAL(faden_sem_wait(&sem), 0);
        if (i % 5 == 1)
            faden_sem_post(&sem);
    }
    faden_waitgroup_done(&group);
    return NULL;
}

static void *receives(void *arg)
{
    uint64_t v, sum = 0;
    while (faden_chan_recv(chan, &v) == 0)
        sum += v;
    __atomic_fetch_add(&received, sum, __ATOMIC_RELAXED);
    return NULL;
}

/* Waits for conditions until it is over. */
static bool over;
static void *awaits(void *arg)
{
    faden_mutex_lock(&mutex);
    while (!over) {
        EQUAL(faden_cond_wait(&cond, &mutex), 0);
        turns++;
    }
    faden_mutex_unlock(&mutex);
    return NULL;
}

static void *adds(void *arg)
{
    __atomic_fetch_add(&spawned_sum, (int)(intptr_t)arg, __ATOMIC_RELAXED);
    return arg;
}

static void *until_cancelled(void *arg)
{
    return (void *)(intptr_t)faden_sleep(FADEN_FOREVER);
}

static void *spawns(void *arg)
{
    for (intptr_t i = 1; i <= each / 10; i++) {
        faden_task *t;
        void *result;
        EQUAL(faden_spawn(&t, adds, (void *)i, NULL), 0);
        EQUAL(faden_join(t, &result), 0);
        EQUAL((intptr_t)result, i);
        EQUAL(faden_spawn(&t, until_cancelled, NULL, NULL), 0);
        EQUAL(faden_cancel(t), 0);
        EQUAL(faden_join(t, &result), 0);
        EQUAL((intptr_t)result, -ECANCELED);
        EQUAL(faden_spawn(&t, adds, (void *)i, &(faden_task_attr){.prefault = true}), 0);
        EQUAL(faden_detach(t), 0);
    }
    faden_waitgroup_done(&group);
    return NULL;
}

/* A thread and a task play ping-pong: each wake crosses. */
static void *echoes(void *arg)
{
    uint64_t v;
    while (faden_chan_recv(back, &v) == 0) {
        v++;
        EQUAL(faden_chan_send(back, &v), 0);
    }
    return NULL;
}

static void ping_pong(void)
{
    pthread_t t;
    EQUAL(faden_chan_new(&back, sizeof(uint64_t), 0), 0);
    EQUAL(pthread_create(&t, NULL, echoes, NULL), 0);
    EQUAL(faden_sleep(20 * FADEN_MSEC), 0); /* until the thread is there */
    for (uint64_t i = 0, v; i < (uint64_t)each; i++) {
        v = i;
        EQUAL(faden_chan_send(back, &v), 0);
        EQUAL(faden_chan_recv(back, &v), 0);
        EQUAL(v, i + 1);
    }
    faden_chan_close(back);
    pthread_join(t, NULL);
    faden_chan_delete(back);
}

static int all(void *arg)
{
    pthread_t t[3 * THREADS + 1];
    faden_scope s;
    int n = 0;
    counter = received = turns = 0;
    spawned_sum = 0;
    over = false;
    EQUAL(faden_chan_new(&chan, sizeof(uint64_t), 4), 0);
    faden_sem_init(&sem, THREADS + TASKS);
    faden_waitgroup_init(&group);
    faden_waitgroup_add(&group, THREADS + TASKS + 1);
    faden_scope_open(&s);
    for (int i = 0; i < TASKS; i++)
        scope_go(&s, counts, NULL);
    for (int i = 0; i < 3; i++) {
        scope_go(&s, receives, NULL);
        scope_go(&s, awaits, NULL);
    }
    yield_times(50); /* all are in the middle of it, alone */
    for (int i = 0; i < THREADS; i++) {
        EQUAL(pthread_create(&t[n++], NULL, counts, NULL), 0);
        EQUAL(pthread_create(&t[n++], NULL, receives, NULL), 0);
        EQUAL(pthread_create(&t[n++], NULL, awaits, NULL), 0);
    }
    EQUAL(pthread_create(&t[n++], NULL, spawns, NULL), 0);
    EQUAL(faden_waitgroup_wait(&group), 0);
    EQUAL(faden_chan_close(chan), 0);
    faden_mutex_lock(&mutex);
    over = true;
    faden_cond_broadcast(&cond);
    faden_mutex_unlock(&mutex);
    EQUAL(faden_scope_close(&s), 0);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
    EQUAL(counter, (THREADS + TASKS) * each);
    uint64_t thirds = (uint64_t)each / 3; /* 0 + 3 + 6 + … */
    EQUAL(received, (THREADS + TASKS) * 3 * (thirds * (thirds - 1) / 2));
    EQUAL(faden_sem_value(&sem), THREADS + TASKS);
    faden_waitgroup_destroy(&group);
    faden_chan_delete(chan);
    ping_pong();
    return 0;
}

int main(void)
{
    limit_seconds(50);
    each = slow() ? 150 : 3000;
    for (int i = 0; i < 3; i++)
        run_both(all, NULL);
    int n = each / 10;
    EQUAL(spawned_sum, 2 * n * (n + 1) / 2);
    return 0;
}
