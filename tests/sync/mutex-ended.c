/* SPDX-License-Identifier: MIT */
/* faden_mutex_lock is no cancellation point: an ended task gets the mutex all the same, in its
 * turn. */
#include "test.h"

static faden_mutex m;
static int got;

static void *ended_locker(void *arg)
{
    faden_timeout t;
    faden_timeout_begin(&t, arg ? 0 : 500 * FADEN_USEC);
    faden_mutex_lock(&m);
    got++;
    faden_mutex_unlock(&m);
    EQ(faden_sleep(0), arg || got > 1 ? -ETIMEDOUT : -ECANCELED);
    EQ(faden_timeout_end(&t), -ETIMEDOUT);
    return NULL;
}

static void *cancelled_locker(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    got++;
    EQ(faden_sleep(FADEN_SEC), -ECANCELED);
    faden_mutex_unlock(&m);
    faden_mutex_lock(&m);
    faden_mutex_unlock(&m);
    return NULL;
}

static int start(void *arg)
{
    (void)arg;
    got = 0;
    faden_mutex_lock(&m);
    faden_task *a = spawn(cancelled_locker, NULL);
    settle();
    faden_task *b = spawn(ended_locker, NULL);
    settle();
    faden_task *c = spawn(ended_locker, &got);
    settle();
    faden_cancel(a);
    EQ(faden_sleep(2 * FADEN_MSEC), 0);
    EQ(got, 0);
    faden_mutex_unlock(&m);
    EQ(got, 0);
    settle();
    EQ(got, 3);
    join(a);
    join(b);
    join(c);
    faden_mutex_destroy(&m);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(start, NULL);
    return 0;
}
