/* SPDX-License-Identifier: MIT */
/* Birth and end: spawn, join, detach, scopes, cancellation, timeouts. */
#include "scenario.h"

static int total;
static faden_sem s;

static void *one(void *arg)
{
    total++;
    return arg;
}

static void *tree(void *depth)
{
    intptr_t n = (intptr_t)depth;
    faden_task *t[2];
    intptr_t sum = 1;
    if (!n)
        return (void *)1;
    for (int i = 0; i < 2; i++)
        t[i] = spawn(tree, (void *)(n - 1));
    for (int i = 0; i < 2; i++)
        sum += (intptr_t)join(t[i]);
    return (void *)sum;
}

static int fork_join(void *arg)
{
    (void)arg;
    SAME((intptr_t)tree((void *)3), 15);
    return 0;
}

static int detach(void *arg)
{
    for (int i = 0; i < 3; i++) {
        faden_task *t = spawn(one, arg);
        if (i)
            faden_yield();
        SAME(faden_detach(t), 0);
    }
    return 0; /* the run waits for them */
}

/* The joiner is a plain thread. */
static faden_task *joined;

static void *join_it(void *arg)
{
    void *result = NULL;
    SAME(faden_join(joined, &result), 0);
    SAME((intptr_t)result, 5);
    faden_sem_post(&s);
    return arg;
}

static int join_from_thread(void *arg)
{
    (void)arg;
    joined = spawn(one, (void *)5);
    sim_thread(join_it, NULL);
    SAME(faden_sem_wait(&s), 0);
    return 0;
}

static void *spawn_some(void *arg)
{
    for (int i = 0; i < 3; i++)
        SAME(faden_go(one, arg), 0);
    faden_sem_post(&s);
    return arg;
}

static int spawn_from_thread(void *arg)
{
    sim_thread(spawn_some, arg);
    SAME(faden_sem_wait(&s), 0);
    return 0;
}

/* Each on its cpu, whoever spawns it and whoever is idle. */
static void *on_its_cpu(void *arg)
{
    for (int i = 0; i < 2; i++) {
        SAME(faden_cpu(), (unsigned)(intptr_t)arg);
        faden_yield();
    }
    total++;
    return arg;
}

static int pinned(void *arg)
{
    faden_stats stats;
    (void)arg;
    SAME(faden_stats_get(&stats), 0);
    for (unsigned i = 0; i < 4; i++) {
        faden_task_attr attr = {.cpu = i % (unsigned)stats.cpus + 1};
        SAME(faden_spawn(NULL, on_its_cpu, (void *)(intptr_t)attr.cpu, &attr), 0);
        SAME(faden_go(one, NULL), 0);
    }
    return 0;
}

/* Urgent ones and others hand a count to each other, from every cpu. */
static faden_chan *baton;

static void *hands_on(void *arg)
{
    int value;
    SAME(faden_chan_recv(baton, &value), 0);
    value++;
    faden_yield();
    SAME(faden_chan_send(baton, &value), 0);
    return arg;
}

static int urgent(void *arg)
{
    faden_task *t[4];
    int value = 0;
    SAME(faden_chan_new(&baton, sizeof value, 1), 0);
    for (unsigned i = 0; i < 4; i++) {
        faden_task_attr attr = {.urgent = i % 2};
        SAME(faden_spawn(&t[i], hands_on, arg, &attr), 0);
    }
    SAME(faden_chan_send(baton, &value), 0);
    for (int i = 0; i < 4; i++)
        join(t[i]);
    SAME(faden_chan_recv(baton, &value), 0);
    SAME(value, 4);
    faden_chan_delete(baton);
    return 0;
}

/* ---- scopes and cancellation ------------------------------------------------------------- */

static void *wait_for_ever(void *arg)
{
    faden_sem never = {.count = 0};
    int err = faden_sem_wait(&never);
    SAME(err, -ECANCELED);
    SAME(faden_sem_wait(&never), -ECANCELED);
    total++;
    return arg;
}

static int scope_cancel(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < 3; i++)
        go_in(&scope, wait_for_ever, arg);
    faden_yield();
    faden_scope_cancel(&scope);
    SAME(faden_scope_close(&scope), -ECANCELED);
    faden_sim_check(total <= 3, "%d were cancelled", total);
    return 0;
}

static void *cancel_it(void *t)
{
    faden_cancel(t);
    return NULL;
}

/* Cancelled by two at once, one of them a plain thread. */
static int cancel(void *arg)
{
    faden_task *t = spawn(wait_for_ever, arg), *other;
    faden_sim_thread *thread = sim_thread(cancel_it, t);
    other = spawn(cancel_it, t);
    SAME(faden_blocking((void *(*)(void *))faden_sim_thread_join, thread, NULL), 0);
    join(other);
    SAME(faden_join(t, NULL), 0);
    SAME(total, 1);
    return 0;
}

/* A wait that is ended in the moment when it gets what it waits for: one of the two happens. */
static faden_sem wanted;
static int got;

static void *want(void *arg)
{
    int err = faden_sem_wait(&wanted);
    faden_sim_check(err == 0 || err == -ECANCELED, "the wait gave %d", err);
    got = err == 0;
    return arg;
}

static void *give(void *arg)
{
    faden_sem_post(&wanted);
    return arg;
}

static int cancel_race(void *arg)
{
    faden_task *t = spawn(want, arg), *giver = spawn(give, arg);
    faden_cancel(t);
    join(giver);
    join(t);
    SAME(faden_sem_value(&wanted), !got);
    faden_sim_outcome_set(got ? "given" : "cancelled");
    return 0;
}

static int fail(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    go_in(&scope, wait_for_ever, arg);
    go_in(&scope, wait_for_ever, arg);
    faden_yield();
    SAME(faden_scope_fail(&scope, -EPIPE), 0);
    SAME(faden_scope_close(&scope), -EPIPE);
    return 0;
}

/* ---- time -------------------------------------------------------------------------------- */

static void *sleep_a_little(void *ms)
{
    int64_t begin = faden_now(), ns = (intptr_t)ms * FADEN_MSEC;
    SAME(faden_sleep(ns), 0);
    faden_sim_check(faden_now() - begin >= ns, "slept too short");
    total++;
    return NULL;
}

static int sleepers(void *arg)
{
    faden_task *t[4];
    (void)arg;
    for (int i = 0; i < 4; i++)
        t[i] = spawn(sleep_a_little, (void *)(intptr_t)(3 - i));
    for (int i = 0; i < 4; i++)
        join(t[i]);
    SAME(total, 4);
    return 0;
}

static void *give_late(void *arg)
{
    faden_sleep(FADEN_MSEC);
    faden_sem_post(&wanted);
    return arg;
}

/* The time is up in the moment when what is waited for comes. */
static int timeout(void *arg)
{
    faden_timeout limit;
    faden_task *t = spawn(give_late, arg);
    int err, ended;
    faden_timeout_begin(&limit, FADEN_MSEC);
    err = faden_sem_wait(&wanted);
    ended = faden_timeout_end(&limit);
    faden_sim_check(err == 0 || err == -ETIMEDOUT, "the wait gave %d", err);
    SAME(ended, err);
    join(t);
    SAME(faden_sem_value(&wanted), err != 0);
    faden_sim_outcome_set(err ? "timed out" : "given");
    return 0;
}

static void *in_time(void *arg)
{
    SAME(faden_sem_wait(&wanted), -ETIMEDOUT);
    return arg;
}

static int timeout_of_scope(void *arg)
{
    faden_timeout limit;
    faden_scope scope;
    faden_timeout_begin(&limit, FADEN_MSEC);
    faden_scope_open(&scope);
    go_in(&scope, in_time, arg);
    go_in(&scope, in_time, arg);
    faden_scope_close(&scope);
    SAME(faden_timeout_end(&limit), -ETIMEDOUT);
    return 0;
}

/* ---- keys -------------------------------------------------------------------------------- */

static faden_key key;

static void destroyed(void *value)
{
    total += (int)(intptr_t)value;
}

static void *set_key(void *value)
{
    SAME(faden_key_set(key, value), 0);
    faden_yield();
    SAME((intptr_t)faden_key_get(key), (intptr_t)value);
    return NULL;
}

static int keys(void *arg)
{
    faden_task *t[3];
    (void)arg;
    SAME(faden_key_create(&key, destroyed), 0);
    for (intptr_t i = 0; i < 3; i++)
        t[i] = spawn(set_key, (void *)(i + 1));
    for (int i = 0; i < 3; i++)
        join(t[i]);
    SAME(total, 6);
    return 0;
}

/* ---- movable ----------------------------------------------------------------------------- */

static faden_sem calls[2];

static void *goes_along(void *arg)
{
    faden_sem *sem = arg;
    int err;
    while (!(err = faden_sem_wait(sem)))
        total++;
    SAME(err, -ECANCELED);
    SAME(faden_cancelled(), -ECANCELED);
    return NULL;
}

static void *posts(void *arg)
{
    for (int i = 0; i < 2; i++) {
        faden_sem_post(&calls[0]);
        faden_sem_post(&calls[1]);
        faden_yield();
    }
    return arg;
}

/* Woken from several cpus, taken along, and ended meanwhile. */
static void end_movable(bool by_scope)
{
    faden_task_attr movable = {.movable = true};
    faden_task *t[2];
    faden_scope scope;
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    faden_scope_open(&scope);
    for (int i = 0; i < 2; i++)
        SAME(faden_scope_spawn(&scope, &t[i], goes_along, &calls[i], &movable), 0);
    for (unsigned cpu = 1; cpu <= stats.cpus && cpu <= 3; cpu++) {
        faden_task_attr pinned = {.cpu = cpu};
        SAME(faden_spawn(NULL, posts, NULL, &pinned), 0);
    }
    faden_yield();
    if (by_scope)
        faden_scope_cancel(&scope);
    for (int i = 0; !by_scope && i < 2; i++)
        faden_cancel(t[i]);
    SAME(faden_scope_close(&scope), by_scope ? -ECANCELED : 0);
}

static int movable_scope(void *arg)
{
    end_movable(true);
    return arg != NULL;
}

static int movable_cancel(void *arg)
{
    end_movable(false);
    return arg != NULL;
}

static const struct scenario all[] = {
    {"fork-join", fork_join},
    {"detach", detach},
    {"pinned", pinned},
    {"urgent", urgent},
    {"movable-scope", movable_scope},
    {"movable-cancel", movable_cancel},
    {"join-from-thread", join_from_thread},
    {"spawn-from-thread", spawn_from_thread},
    {"scope-cancel", scope_cancel},
    {"cancel", cancel},
    {"cancel-race", cancel_race},
    {"fail", fail},
    {"sleepers", sleepers},
    {"timeout", timeout},
    {"timeout-of-scope", timeout_of_scope},
    {"keys", keys},
};

int main(int argc, char **argv)
{
    return EXPLORE(all, argc, argv);
}
