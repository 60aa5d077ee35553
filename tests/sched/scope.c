/* SPDX-License-Identifier: MIT */
/* Scopes: close waits for all, gives the first error; fail and cancel end the siblings. */
#include "test.h"

static int ended, waiting;

static void *works(void *arg)
{
    yield_times((int)(intptr_t)arg);
    ended++;
    return arg;
}

static void *until_cancelled(void *arg)
{
    waiting++;
    int err = faden_sleep(FADEN_FOREVER);
    EQUAL(err, -ECANCELED);
    EQUAL(faden_sleep(1), -ECANCELED); /* sticky */
    EQUAL(faden_cancelled(), -ECANCELED);
    ended++;
    return NULL;
}

static void close_waits(void)
{
    faden_scope s;
    faden_task *t;
    ended = 0;
    EQUAL(faden_scope_open(&s), 0);
    EQUAL(faden_scope_close(&s), 0); /* empty */
    faden_scope_open(&s);
    for (intptr_t i = 0; i < 10; i++)
        scope_go(&s, works, (void *)i);
    EQUAL(faden_scope_spawn(&s, &t, works, NULL, NULL), 0); /* never joined */
    EQUAL(faden_scope_spawn(&s, &t, works, (void *)3, NULL), 0);
    EQUAL((intptr_t)join(t), 3);
    EQUAL(faden_scope_close(&s), 0);
    EQUAL(ended, 12);
}

static void *fails(void *arg)
{
    EQUAL(faden_scope_fail(arg, 0), -EINVAL);
    EQUAL(faden_scope_fail(arg, -EBUSY), 0);
    EQUAL(faden_scope_fail(arg, -EPIPE), 0); /* too late */
    EQUAL(faden_cancelled(), -ECANCELED);
    return NULL;
}

static void first_error(void)
{
    faden_scope s;
    ended = 0;
    faden_scope_open(&s);
    for (int i = 0; i < 5; i++)
        scope_go(&s, until_cancelled, NULL);
    yield_times(3);
    scope_go(&s, until_cancelled, NULL); /* may be new still when it ends */
    scope_go(&s, fails, &s);
    EQUAL(faden_scope_close(&s), -EBUSY);
    EQUAL(ended, 6);
    EQUAL(faden_cancelled(), 0);
}

static void *nothing(void *arg)
{
    return NULL;
}

static void cancelled_scope(void)
{
    faden_scope s;
    ended = 0;
    faden_scope_open(&s);
    scope_go(&s, until_cancelled, NULL); /* new */
    EQUAL(faden_scope_cancel(&s), 0);
    EQUAL(faden_scope_spawn(&s, NULL, nothing, NULL, NULL), -ECANCELED);
    EQUAL(faden_sleep(1), -ECANCELED); /* the opener too, while it is open */
    EQUAL(faden_scope_close(&s), -ECANCELED);
    EQUAL(ended, 1);
    EQUAL(faden_sleep(1), 0);
    EQUAL(faden_spawn(NULL, nothing, NULL, NULL), 0);
}

struct nest {
    int depth;
    faden_scope *outer;
};

static void *nests(void *arg)
{
    struct nest *n = arg, inner = {.depth = n->depth - 1};
    faden_scope s;
    faden_scope_open(&s);
    inner.outer = &s;
    scope_go(&s, n->depth ? nests : until_cancelled, &inner);
    scope_go(&s, until_cancelled, NULL);
    int err = faden_scope_close(&s); /* no cancellation point, and not cancelled itself */
    EQUAL(err, 0);
    return NULL;
}

static void nested(void)
{
    struct nest n = {.depth = 20};
    faden_scope s;
    ended = waiting = 0;
    faden_scope_open(&s);
    scope_go(&s, nests, &n);
    while (waiting < 22)
        faden_yield();
    EQUAL(faden_scope_cancel(&s), 0);
    EQUAL(faden_scope_close(&s), -ECANCELED);
    EQUAL(ended, 22);
}

/* The last task of a scope has ended and its closer is ready, when somebody spawns into it. */
static faden_scope *closing;

static void *spawns_into_it(void *arg)
{
    EQUAL(faden_sem_wait(arg), 0);
    EQUAL(faden_scope_spawn(closing, NULL, works, (void *)20, NULL), 0);
    return NULL;
}

static void *lets_go(void *sem)
{
    faden_sem_post(sem); /* the other one is ready before the closer is */
    return NULL;
}

static void spawn_while_closing(void)
{
    faden_scope s;
    faden_sem sem;
    faden_sem_init(&sem, 0);
    ended = 0;
    faden_task *t = spawn(spawns_into_it, &sem);
    yield_times(3);
    faden_scope_open(&s);
    closing = &s;
    scope_go(&s, lets_go, &sem);
    EQUAL(faden_scope_close(&s), 0);
    EQUAL(ended, 1);
    join(t);
    faden_sem_destroy(&sem);
}

static int all(void *arg)
{
    close_waits();
    first_error();
    cancelled_scope();
    nested();
    spawn_while_closing();
    return 0;
}

static int cancels_root(void *arg)
{
    ended = 0;
    for (int i = 0; i < 10; i++)
        go(until_cancelled, NULL);
    yield_times(5);
    EQUAL(faden_scope_cancel(faden_root()), 0);
    EQUAL(faden_sleep(1), -ECANCELED);
    EQUAL(faden_spawn(NULL, nothing, NULL, NULL), -ECANCELED);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    run_both(cancels_root, NULL);
    EQUAL(ended, 10);
    return 0;
}
