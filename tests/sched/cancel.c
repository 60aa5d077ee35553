/* SPDX-License-Identifier: MIT */
/* faden_cancel on tasks in every state; each kind of wait ends, and locks do not. */
#include <faden/chan.h>

#include "test.h"

static faden_sem sem;
static faden_mutex mutex;
static faden_cond cond;
static faden_waitgroup group;
static faden_chan *full, *empty;
static int begun;

static int wait_sem(void)
{
    return faden_sem_wait(&sem);
}
static int wait_group(void)
{
    return faden_waitgroup_wait(&group);
}
static int wait_send(void)
{
    int n = 1;
    return faden_chan_send(full, &n);
}
static int wait_recv(void)
{
    int n;
    return faden_chan_recv(empty, &n);
}
static int wait_select(void)
{
    int n = 1;
    faden_select_case c[] = {{.chan = full, .op = FADEN_SELECT_SEND, .elem = &n},
                             {.chan = empty, .op = FADEN_SELECT_RECV, .elem = &n}};
    return faden_select(c, 2);
}
static int wait_sleep(void)
{
    return faden_sleep(1000 * FADEN_SEC);
}
static int wait_until(void)
{
    return faden_sleep_until(faden_now() + 1000 * FADEN_SEC);
}
static int wait_cond(void)
{
    int err;
    faden_mutex_lock(&mutex);
    err = faden_cond_wait(&cond, &mutex);
    faden_mutex_unlock(&mutex); /* it is held: else this panics */
    return err;
}
static int wait_tick(void)
{
    faden_ticker t;
    faden_ticker_init(&t, 1000 * FADEN_SEC);
    return faden_ticker_wait(&t);
}

static int (*const waits[])(void) = {wait_sem,   wait_group, wait_send, wait_recv, wait_select,
                                     wait_sleep, wait_until, wait_cond, wait_tick};
enum { WAITS = sizeof waits / sizeof *waits };

static void *waits_twice(void *arg)
{
    int (*wait)(void) = *(int (*const *)(void))arg;
    begun++;
    EQUAL(wait(), -ECANCELED);
    EQUAL(wait(), -ECANCELED);
    EQUAL(faden_sleep(0), -ECANCELED);
    faden_yield(); /* no cancellation point */
    EQUAL(faden_cancel(faden_self()), 0);
    return NULL;
}

static void every_wait(bool parked)
{
    faden_task *t[WAITS];
    for (int i = 0; i < WAITS; i++)
        t[i] = spawn(waits_twice, (void *)&waits[i]);
    if (parked)
        yield_times(3);
    for (int i = 0; i < WAITS; i++)
        EQUAL(faden_cancel(t[i]), 0);
    for (int i = 0; i < WAITS; i++)
        EQUAL(faden_cancel(t[i]), 0); /* twice changes nothing */
    for (int i = 0; i < WAITS; i++)
        join(t[i]);
}

static void *cancels_itself(void *arg)
{
    EQUAL(faden_cancelled(), 0);
    EQUAL(faden_cancel(faden_self()), 0);
    EQUAL(faden_cancelled(), -ECANCELED);
    for (int i = 0; i < WAITS; i++)
        EQUAL(waits[i](), -ECANCELED);
    return NULL;
}

static void *locks(void *arg)
{
    faden_mutex_lock(&mutex); /* no cancellation point */
    faden_mutex_unlock(&mutex);
    return arg;
}

static void *same(void *arg)
{
    return arg;
}

static int all(void *arg)
{
    int n = 1;
    faden_task *t;
    EQUAL(faden_chan_new(&full, sizeof(int), 1), 0);
    EQUAL(faden_chan_new(&empty, sizeof(int), 0), 0);
    EQUAL(faden_chan_send(full, &n), 0);
    faden_sem_init(&sem, 0);
    faden_waitgroup_init(&group);
    faden_waitgroup_add(&group, 1);
    begun = 0;
    every_wait(false);
    EQUAL(begun, WAITS); /* a task that is cancelled while new runs all the same */
    every_wait(true);
    join(spawn(cancels_itself, NULL));
    faden_mutex_lock(&mutex);
    t = spawn(locks, (void *)4);
    yield_times(2);
    faden_cancel(t);
    yield_times(2);
    faden_mutex_unlock(&mutex);
    EQUAL((intptr_t)join(t), 4);
    t = spawn(same, (void *)5);
    faden_yield();
    EQUAL(faden_cancel(t), 0); /* done */
    EQUAL((intptr_t)join(t), 5);
    /* nobody is left on a list */
    faden_waitgroup_destroy(&group);
    faden_sem_destroy(&sem);
    faden_cond_destroy(&cond);
    faden_mutex_destroy(&mutex);
    faden_chan_delete(full);
    faden_chan_delete(empty);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
