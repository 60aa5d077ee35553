/* SPDX-License-Identifier: MIT */
/*
 * A timeout ends every kind of wait that is a cancellation point, not early, and again each time
 * one is called, until its end; it ends no other; an inner one does not end what is outside. No
 * timer is left armed.
 */
#include "../sync/test.h"

static faden_chan *empty, *full;
static faden_mutex m, held;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;
static faden_task *sleeping;
static int v;

static int by_recv(void)
{
    return faden_chan_recv(empty, &v);
}

static int by_send(void)
{
    return faden_chan_send(full, &v);
}

static int by_select(void)
{
    faden_select_case s[2] = {{empty, FADEN_SELECT_RECV, &v, 0}, {full, FADEN_SELECT_SEND, &v, 0}};
    return faden_select(s, 2);
}

static int by_sem(void)
{
    return faden_sem_wait(&sem);
}

static int by_cond(void)
{
    faden_mutex_lock(&m);
    int err = faden_cond_wait(&cond, &m);
    faden_mutex_unlock(&m); /* panics if it is not held */
    return err;
}

static int by_group(void)
{
    return faden_waitgroup_wait(&group);
}

static int by_join(void)
{
    return faden_join(sleeping, NULL);
}

static int by_sleep(void)
{
    return faden_sleep(1000 * FADEN_SEC);
}

static int by_long_sleep(void)
{
    return faden_sleep(FADEN_FOREVER);
}

static int by_ticker(void)
{
    faden_ticker t;
    faden_ticker_init(&t, 1000 * FADEN_SEC);
    return faden_ticker_wait(&t);
}

static int (*const waits[])(void) = {by_recv,  by_send, by_select, by_sem,        by_cond,
                                     by_group, by_join, by_sleep,  by_long_sleep, by_ticker};
enum { WAITS = sizeof waits / sizeof *waits };

static void *sleep_long(void *arg)
{
    int err = faden_sleep(1000 * FADEN_SEC);
    return gives(err + (arg != NULL));
}

static void alone(int (*wait)(void))
{
    faden_timeout t;
    int64_t before = faden_now();
    faden_timeout_begin(&t, FADEN_MSEC);
    EQ(wait(), -ETIMEDOUT);
    EXPECT(faden_now() - before >= FADEN_MSEC);
    EQ(wait(), -ETIMEDOUT);
    EQ(faden_cancelled(), -ETIMEDOUT);
    EQ(faden_timeout_end(&t), -ETIMEDOUT);
    EQ(faden_cancelled(), 0);
}

/* The inner one comes first, or the outer one does, or both are over before anybody looks. */
static void nested(int (*wait)(void))
{
    faden_timeout outer, inner;
    faden_timeout_begin(&outer, 1000 * FADEN_SEC);
    faden_timeout_begin(&inner, 200 * FADEN_USEC);
    EQ(wait(), -ETIMEDOUT);
    EQ(faden_timeout_end(&inner), -ETIMEDOUT);
    EQ(faden_cancelled(), 0);
    EQ(faden_timeout_end(&outer), 0);

    faden_timeout_begin(&outer, 200 * FADEN_USEC);
    faden_timeout_begin(&inner, 1000 * FADEN_SEC);
    EQ(wait(), -ETIMEDOUT);
    EQ(faden_timeout_end(&inner), 0);
    EQ(wait(), -ETIMEDOUT);
    EQ(faden_timeout_end(&outer), -ETIMEDOUT);

    faden_timeout_begin(&outer, 0);
    faden_timeout_begin(&inner, 0);
    EQ(wait(), -ETIMEDOUT);
    EQ(faden_timeout_end(&inner), 0); /* the outermost one decides */
    EQ(faden_timeout_end(&outer), -ETIMEDOUT);
}

/* Over, but no wait returned because of it. */
static void unused(void)
{
    faden_timeout t;
    faden_timeout_begin(&t, 100 * FADEN_USEC);
    for (int64_t until = faden_now() + FADEN_MSEC; faden_now() < until;)
        ;
    settle();
    EQ(faden_sem_try_wait(&sem), -EAGAIN);
    EQ(faden_chan_try_recv(empty, &v), -EAGAIN);
    faden_mutex_lock(&m);
    faden_mutex_unlock(&m);
    EQ(faden_timeout_end(&t), 0);
    faden_timeout_begin(&t, INT64_MIN);
    EQ(faden_timeout_end(&t), 0);
    faden_timeout_begin(&t, FADEN_FOREVER);
    faden_sem_post(&sem);
    EQ(faden_sem_wait(&sem), 0);
    EQ(faden_sleep(FADEN_USEC), 0);
    EQ(faden_timeout_end(&t), 0);
}

static void *unlock_later(void *arg)
{
    faden_mutex_lock(&held);
    faden_sem_post(arg);
    faden_sleep(2 * FADEN_MSEC);
    faden_mutex_unlock(&held);
    return NULL;
}

/* Locking and closing a scope are no cancellation points; what waits in the scope is ended. */
static void not_ended(void)
{
    faden_timeout t;
    faden_scope s;
    faden_task *in;
    faden_sem ready = {0};
    faden_task *u = spawn(unlock_later, &ready);
    EQ(faden_sem_wait(&ready), 0);
    faden_timeout_begin(&t, 200 * FADEN_USEC);
    faden_mutex_lock(&held);
    faden_mutex_unlock(&held);
    EQ(faden_timeout_end(&t), 0);
    join(u);
    faden_timeout_begin(&t, 200 * FADEN_USEC);
    faden_scope_open(&s);
    EQ(faden_scope_spawn(&s, &in, sleep_long, NULL, NULL), 0);
    EQ(faden_scope_close(&s), 0);
    EQ(faden_timeout_end(&t), -ETIMEDOUT);
}

static int start(void *arg)
{
    faden_stats stats;
    EQ(faden_chan_new(&empty, sizeof v, 2), 0);
    EQ(faden_chan_new(&full, sizeof v, 0), 0);
    faden_waitgroup_add(&group, 1);
    sleeping = spawn(sleep_long, arg);
    for (int i = 0; i < WAITS; i++) {
        alone(waits[i]);
        nested(waits[i]);
    }
    unused();
    not_ended();
    faden_cancel(sleeping);
    EQ(join(sleeping), -ECANCELED);
    faden_waitgroup_done(&group);
    faden_waitgroup_destroy(&group);
    faden_sem_destroy(&sem);
    faden_cond_destroy(&cond);
    faden_mutex_destroy(&m);
    faden_chan_delete(empty);
    faden_chan_delete(full);
    EQ(faden_stats_get(&stats), 0);
    EQ(stats.timers, 0);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
