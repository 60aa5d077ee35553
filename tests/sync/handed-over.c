/* SPDX-License-Identifier: MIT */
/* What was handed over to a waiter cannot be taken by anybody who comes before the waiter runs. */
#include "test.h"

static faden_mutex m;
static faden_sem sem;
static faden_cond cond;
static int got;

static void *locker(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    got++;
    faden_mutex_unlock(&m);
    return NULL;
}

static void *taker(void *arg)
{
    (void)arg;
    EQ(faden_sem_wait(&sem), 0);
    got++;
    return NULL;
}

static void *waiter(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    EQ(faden_cond_wait(&cond, &m), 0);
    got++;
    faden_mutex_unlock(&m);
    return NULL;
}

static int start(void *arg)
{
    (void)arg;
    got = 0;
    faden_mutex_lock(&m);
    faden_task *a = spawn(locker, NULL), *b = spawn(locker, NULL);
    settle();
    EQ(faden_mutex_try_lock(&m), -EBUSY);
    faden_mutex_unlock(&m); /* a's now, although it has not run */
    EQ(got, 0);
    EQ(faden_mutex_try_lock(&m), -EBUSY);
    faden_mutex_lock(&m); /* behind b */
    EQ(got, 2);
    faden_mutex_unlock(&m);
    join(a);
    join(b);
    EQ(faden_mutex_try_lock(&m), 0);
    faden_mutex_unlock(&m);

    got = 0;
    a = spawn(taker, NULL);
    settle();
    faden_sem_post(&sem);
    EQ(faden_sem_value(&sem), 0);
    EQ(faden_sem_try_wait(&sem), -EAGAIN);
    EQ(got, 0);
    join(a);
    EQ(got, 1);

    /* a signal goes to who waits then, not to who waits later */
    a = spawn(waiter, NULL);
    settle();
    faden_cond_signal(&cond);
    b = spawn(waiter, NULL);
    settle();
    EQ(got, 2);
    faden_cond_signal(&cond);
    join(a);
    join(b);
    EQ(got, 3);
    faden_cond_signal(&cond); /* nobody waits: it is forgotten */
    a = spawn(waiter, NULL);
    settle();
    EQ(got, 3);
    faden_cond_broadcast(&cond);
    join(a);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(start, NULL);
    return 0;
}
