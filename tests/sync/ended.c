/* SPDX-License-Identifier: MIT */
/*
 * Cancellation and timeouts against the hand-over, in every order: what was given is either taken
 * by the waiter, which then says 0, or still there, or with the next waiter.
 */
#include "test.h"

#include "sched/park.h"

static faden_mutex m;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;

static int wait_cond(void)
{
    faden_mutex_lock(&m);
    int err = faden_cond_wait(&cond, &m);
    EXPECT(m.owner == faden_self());
    faden_mutex_unlock(&m);
    return err;
}

static int wait_sem(void)
{
    return faden_sem_wait(&sem);
}

static int wait_group(void)
{
    return faden_waitgroup_wait(&group);
}

static void give_cond(void)
{
    faden_cond_signal(&cond);
}

static void give_sem(void)
{
    faden_sem_post(&sem);
}

static void give_group(void)
{
    faden_waitgroup_done(&group);
}

static const struct kind {
    int (*wait)(void);
    void (*give)(void);
    struct faden__waitlist *list;
} kinds[] = {
    {wait_cond, give_cond, &cond.waiters},
    {wait_sem, give_sem, &sem.waiters},
    {wait_group, give_group, &group.waiters},
};

static int64_t limit; /* 0: none */
static int code;      /* what ends the waiter */

static void *waiter(void *arg)
{
    const struct kind *k = arg;
    faden_timeout t;
    bool limited = limit > 0;
    if (limited)
        faden_timeout_begin(&t, limit);
    int err = k->wait();
    if (limited)
        EQ(faden_timeout_end(&t), err == -ETIMEDOUT ? err : 0);
    return gives(err);
}

/* Make the wait of `t`, the first in the list, end by cancellation or timeout; it must not run. */
static void end(const struct kind *k, faden_task *t)
{
    struct faden__wait *w = k->list->first->wait;
    if (code == -ECANCELED)
        faden_cancel(t);
    while (!w->claimed) { /* the clock is looked at behind our back, before the waiter is next */
        int64_t until = faden_now() + limit;
        while (faden_now() < until)
            ;
        faden_yield();
    }
}

static void before(const struct kind *k)
{
    limit = code == -ETIMEDOUT ? 200 * FADEN_USEC : 0;
    if (k->list == &group.waiters)
        faden_waitgroup_add(&group, 1);
}

/* What was given and not taken is there; take it. */
static void check_left(const struct kind *k, int left)
{
    EXPECT(!k->list->first && !k->list->last);
    if (k->list == &sem.waiters) {
        EQ(faden_sem_value(&sem), left);
        EQ(faden_sem_try_wait(&sem), left ? 0 : -EAGAIN);
    }
    if (k->list == &group.waiters)
        EQ(group.count, 0);
    EQ(faden_mutex_try_lock(&m), 0);
    faden_mutex_unlock(&m);
}

static void nobody_gives(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(waiter, (void *)k);
    settle();
    end(k, t);
    EQ(join(t), code);
    if (k->list == &group.waiters)
        faden_waitgroup_done(&group);
    check_left(k, 0);
}

static void give_first(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(waiter, (void *)k);
    settle();
    struct faden__wait *w = k->list->first->wait;
    k->give();
    EQ(w->claimed, 1);
    if (code == -ECANCELED)
        faden_cancel(t);
    else
        for (int64_t until = faden_now() + 2 * limit; faden_now() < until;)
            ;
    EQ(join(t), 0);
    check_left(k, 0);
}

static void end_first(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(waiter, (void *)k);
    settle();
    end(k, t);
    k->give();
    EQ(join(t), code);
    check_left(k, 1);
}

static void next_gets_it(const struct kind *k)
{
    before(k);
    faden_task *a = spawn(waiter, (void *)k);
    settle();
    limit = 0;
    faden_task *b = spawn(waiter, (void *)k);
    settle();
    limit = 200 * FADEN_USEC;
    end(k, a);
    k->give();
    EQ(join(b), 0);
    EQ(join(a), code);
    check_left(k, 0);
}

static void *ended_before(void *arg)
{
    const struct kind *k = arg;
    faden_timeout t;
    faden_timeout_begin(&t, 0);
    k->give(); /* there is one to take, but an ended caller does not */
    for (int i = 0; i < 3; i++)
        EQ(k->wait(), -ETIMEDOUT);
    EQ(faden_timeout_end(&t), -ETIMEDOUT);
    faden_cancel(faden_self());
    for (int i = 0; i < 3; i++)
        EQ(k->wait(), -ECANCELED);
    faden_shield s;
    faden_shield_begin(&s);
    EQ(faden_cancelled(), 0);
    if (k->list != &cond.waiters)
        EQ(k->wait(), 0);
    faden_shield_end(&s);
    EQ(k->wait(), -ECANCELED);
    return NULL;
}

static int start(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct kind *k = &kinds[i];
        for (int c = 0; c < 2; c++) {
            code = c ? -ETIMEDOUT : -ECANCELED;
            nobody_gives(k);
            give_first(k);
            end_first(k);
            next_gets_it(k);
        }
        before(k);
        join(spawn(ended_before, (void *)k));
        check_left(k, 0);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
