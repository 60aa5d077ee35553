/* SPDX-License-Identifier: MIT */
/*
 * Cancellation and timeouts against the hand-over, in every order: what was given is either taken
 * by the waiter, which then says 0, or still there, or with the next waiter.
 */
#include "expire.h"

static faden_mutex m;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;
static faden_event event = {.automatic = 1};

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

static int wait_event(void)
{
    return faden_event_wait(&event);
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

static void give_event(void)
{
    faden_event_set(&event);
}

static const struct kind {
    int (*wait)(void);
    void (*give)(void);
    struct faden__waitlist *list;
} kinds[] = {
    {wait_cond, give_cond, &cond.waiters},
    {wait_sem, give_sem, &sem.waiters},
    {wait_group, give_group, &group.waiters},
    {wait_event, give_event, &event.waiters},
};

static faden_timeout limit; /* around the waiter that is to be ended */
static int code;            /* what ends the waiter */

static void *waiter(void *arg)
{
    return gives(((const struct kind *)arg)->wait());
}

static void *limited_waiter(void *arg)
{
    faden_timeout_begin(&limit, 1000 * FADEN_SEC);
    int err = ((const struct kind *)arg)->wait();
    EQ(faden_timeout_end(&limit), err == -ETIMEDOUT ? err : 0);
    return gives(err);
}

static void before(const struct kind *k)
{
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
    if (k->list == &event.waiters) {
        EQ(faden_event_is_set(&event), left);
        faden_event_clear(&event);
    }
    EQ(faden_mutex_try_lock(&m), 0);
    faden_mutex_unlock(&m);
}

static void nobody_gives(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(limited_waiter, (void *)k);
    settle();
    end_task(t, &limit, code);
    EQ(join(t), code);
    if (k->list == &group.waiters)
        faden_waitgroup_done(&group);
    check_left(k, 0);
}

static void give_first(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(limited_waiter, (void *)k);
    settle();
    struct faden__wait *w = k->list->first->wait;
    k->give();
    EQ(w->claimed, 1);
    end_task(t, &limit, code); /* too late */
    EQ(join(t), 0);
    check_left(k, 0);
}

static void end_first(const struct kind *k)
{
    before(k);
    faden_task *t = spawn(limited_waiter, (void *)k);
    settle();
    end_task(t, &limit, code);
    k->give();
    EQ(join(t), code);
    check_left(k, 1);
}

static void next_gets_it(const struct kind *k)
{
    before(k);
    faden_task *a = spawn(limited_waiter, (void *)k);
    settle();
    faden_task *b = spawn(waiter, (void *)k);
    settle();
    end_task(a, &limit, code);
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
