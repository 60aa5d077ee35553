/* SPDX-License-Identifier: MIT */
/*
 * A join is cancelled, and before the joiner runs, somebody else joins the task: the joiner must
 * not touch the record any more, which may belong to another task by then.
 */
#include "test.h"

static faden_sem gate;
static faden_task *target;

static void *waits(void *arg)
{
    EQUAL(faden_sem_wait(&gate), 0);
    return arg;
}

static void *joins(void *arg)
{
    return (void *)(intptr_t)faden_join(target, NULL);
}

/* The canceller joins a task that goes on. */
static void take_over_waiting(void)
{
    target = spawn(waits, (void *)5);
    faden_task *joiner = spawn(joins, NULL);
    yield_times(3);
    faden_cancel(joiner);
    faden_sem_post(&gate);
    EQUAL((intptr_t)join(target), 5);
    EQUAL((intptr_t)join(joiner), -ECANCELED);
}

static faden_task *victim;

static void *ends_at_once_after(void *arg)
{
    EQUAL(faden_sem_wait(&gate), 0);
    if (victim)
        faden_cancel(victim); /* it is ready, behind us */
    victim = NULL;
    return arg;
}

/* The task has ended, was joined, and its record is another task's that is joined too. */
static void take_over_done(void)
{
    target = spawn(ends_at_once_after, (void *)6);
    faden_task *joiner = victim = spawn(joins, NULL);
    yield_times(3);
    faden_sem_post(&gate);
    faden_yield(); /* it cancels and ends; we are ready before the joiner */
    EQUAL((intptr_t)join(target), 6);
    target = spawn(ends_at_once_after, (void *)6); /* in the same record */
    faden_detach(target);
    faden_sem_post(&gate);
    EQUAL((intptr_t)join(joiner), -ECANCELED);
}

static void *same(void *arg)
{
    return arg;
}

/* Cancel the joiner while the target is ready to end: end, join, reuse of the record, then the
   joiner's turn. */
static void reuse_before_its_turn(void)
{
    for (int i = 0; i < 50; i++) {
        target = spawn(waits, (void *)7);
        victim = spawn(joins, NULL);
        yield_times(3);
        faden_sem_post(&gate); /* target is ready, then … */
        faden_cancel(victim);  /* … the joiner */
        if (i % 2) {
            EQUAL((intptr_t)join(target), 7);
            target = spawn(same, (void *)8); /* in the same record, most likely */
            EQUAL((intptr_t)join(target), 8);
        } else {
            EQUAL(faden_detach(target), 0);
        }
        EQUAL((intptr_t)join(victim), -ECANCELED);
    }
}

/* The joined task lies in a scope that closes while the cancelled joiner has not run yet. */
static void scope_closes_first(void)
{
    faden_scope s;
    faden_scope_open(&s);
    EQUAL(faden_scope_spawn(&s, &target, waits, NULL, NULL), 0);
    victim = spawn(joins, NULL);
    yield_times(3);
    faden_sem_post(&gate);
    EQUAL(faden_scope_close(&s), 0);
    EQUAL((intptr_t)join(victim), 0); /* it was joined: the end comes before the close */
}

static int all(void *arg)
{
    faden_sem_init(&gate, 0);
    take_over_waiting();
    take_over_done();
    reuse_before_its_turn();
    scope_closes_first();
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
