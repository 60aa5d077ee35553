/* SPDX-License-Identifier: MIT */
/*
 * Moments that come once in a run, brought about on purpose: an offer while the last cpu falls
 * asleep, several who look at a run at once, an end that comes while a task is being stolen.
 */
#include "scenario.h"

static faden_sem s;

/* ---- offers ------------------------------------------------------------------------------- */

static uint32_t begun;

static void *begin(void *arg)
{
    faden_sim_fetch_add(&begun, 1, __ATOMIC_SEQ_CST);
    return arg;
}

static unsigned cpus(void)
{
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    return stats.cpus;
}

/* Each time the spawner computes for another while before it offers, and then until it has begun:
   the others are about to sleep then, at one of the times. */
static int offers(void *arg)
{
    if (cpus() == 1)
        return 0;
    for (uint32_t round = 0; round < 6; round++) {
        for (uint32_t i = 0; i < 25 * round; i++)
            faden_sim_point("computes");
        SAME(faden_go(begin, arg), 0);
        while (faden_sim_load(&begun, __ATOMIC_ACQUIRE) <= round)
            ;
    }
    return 0;
}

/* Two spawners, and a third cpu that is about to sleep: neither relies on the other in vain. */
static void *offer_and_compute(void *arg)
{
    uint32_t before = faden_sim_load(&begun, __ATOMIC_RELAXED);
    SAME(faden_go(begin, arg), 0);
    while (faden_sim_load(&begun, __ATOMIC_ACQUIRE) == before)
        ;
    return NULL;
}

static int two_spawners(void *arg)
{
    if (cpus() < 3)
        return 0;
    for (int round = 0; round < 3; round++) {
        faden_task *t = spawn(offer_and_compute, arg);
        offer_and_compute(arg);
        join(t);
    }
    return 0;
}

/* ---- who looks ---------------------------------------------------------------------------- */

static void *look(void *arg)
{
    faden_task_info info[8];
    faden_stats stats;
    for (int i = 0; i < 2; i++) {
        SAME(faden_stats_get(&stats), 0);
        faden_sim_check(faden_tasks(info, 8, false) > 0, "no tasks");
        if (arg)
            faden_yield();
    }
    return arg;
}

static int lookers(void *arg)
{
    faden_task *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = spawn(look, &s);
    look(arg);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    return 0;
}

/* ---- ends --------------------------------------------------------------------------------- */

static void *wait_for_ever(void *arg)
{
    faden_sem never = {.count = 0};
    SAME(faden_sem_wait(&never), -ECANCELED);
    return arg;
}

/* They are new, and being stolen, when their scope ends. */
static int cancel_stolen(void *arg)
{
    for (int round = 0; round < 3; round++) {
        faden_scope scope;
        faden_scope_open(&scope);
        for (int i = 0; i < 4; i++)
            go_in(&scope, wait_for_ever, arg);
        faden_scope_cancel(&scope);
        SAME(faden_scope_close(&scope), -ECANCELED);
    }
    return 0;
}

/* The scope may have ended. */
static void go_if_open(faden_scope *scope, void *(*fn)(void *), void *arg)
{
    int err = faden_scope_spawn(scope, NULL, fn, arg, NULL);
    faden_sim_check(err == 0 || err == -ECANCELED, "the spawn gave %d", err);
}

/* They have scopes of their own, on other cpus, which hear of it in turn. */
static void *open_another(void *again)
{
    faden_scope scope;
    faden_scope_open(&scope);
    if (again)
        go_if_open(&scope, open_another, NULL);
    go_if_open(&scope, wait_for_ever, NULL);
    return (void *)(intptr_t)faden_scope_close(&scope);
}

static int cancel_nested(void *arg)
{
    faden_scope scope;
    (void)arg;
    faden_scope_open(&scope);
    for (int i = 0; i < 3; i++)
        go_in(&scope, open_another, &s);
    faden_yield();
    faden_scope_cancel(&scope);
    SAME(faden_scope_close(&scope), -ECANCELED);
    return 0;
}

static void *cancel_it(void *t)
{
    faden_cancel(t);
    return NULL;
}

static int cancel_new(void *arg)
{
    for (int round = 0; round < 3; round++) {
        faden_task *t = spawn(wait_for_ever, arg), *other = spawn(cancel_it, t);
        if (round == 1)
            faden_cancel(t);
        join(other);
        join(t);
    }
    return 0;
}

/* The joiner is ended in the moment in which the task ends; it joins again, and once only. */
static void *nap(void *arg)
{
    faden_sleep(FADEN_MSEC);
    return arg;
}

static int join_ended(void *arg)
{
    for (int round = 0; round < 3; round++) {
        faden_task *t = spawn(nap, arg);
        faden_timeout limit;
        void *result = NULL;
        int err, ended;
        faden_timeout_begin(&limit, FADEN_MSEC);
        err = faden_join(t, &result);
        ended = faden_timeout_end(&limit);
        faden_sim_check(err == 0 || (err == -ETIMEDOUT && ended == err), "the join gave %d", err);
        if (err)
            SAME(faden_join(t, &result), 0);
        faden_sim_check(result == arg, "another result");
    }
    return 0;
}

/* A party of a barrier is ended as the last one comes: all pass, or none. */
static faden_barrier barrier;

static void *meet(void *ms)
{
    faden_timeout limit;
    int err;
    faden_timeout_begin(&limit, (intptr_t)ms * FADEN_MSEC);
    err = faden_barrier_wait(&barrier);
    faden_timeout_end(&limit);
    return (void *)(intptr_t)(err >= 0);
}

static void *meet_late(void *ms)
{
    faden_sleep(FADEN_MSEC);
    return meet(ms);
}

static int barrier_ended(void *arg)
{
    (void)arg;
    for (int round = 0; round < 3; round++) {
        faden_task *t[3];
        intptr_t passed = 0;
        faden_barrier_init(&barrier, 3);
        t[0] = spawn(meet, (void *)4);
        t[1] = spawn(meet, (void *)1);
        t[2] = spawn(meet_late, (void *)4);
        for (int i = 0; i < 3; i++)
            passed += (intptr_t)join(t[i]);
        faden_sim_check(passed == 0 || passed == 3, "%d of 3 passed", (int)passed);
        faden_barrier_destroy(&barrier);
    }
    return 0;
}

static void *is_served(void *arg)
{
    SAME(faden_sem_wait(arg), 0);
    return NULL;
}

/* Whoever joins it goes on, while the call that cancelled it may not be through. What is spawned
   then gets its record, and has nothing to do with that call. */
static int cancel_joined(void *arg)
{
    for (int round = 0; round < 4; round++) {
        faden_task *t = spawn(wait_for_ever, arg), *other = spawn(cancel_it, t);
        join(t);
        t = spawn(is_served, &s);
        faden_sem_post(&s);
        join(t);
        join(other);
    }
    return 0;
}

/* ---- used again --------------------------------------------------------------------------- */

/* Who was served may use the memory for something else at once. */
static int used_again_sem(void *arg)
{
    (void)arg;
    for (int round = 0; round < 3; round++) {
        faden_sem here = {.count = 0};
        faden_task *t = spawn(post_one, &here);
        SAME(faden_sem_wait(&here), 0);
        memset(&here, 0xa5, sizeof here);
        join(t);
        for (size_t i = 0; i < sizeof here; i++)
            SAME(((unsigned char *)&here)[i], 0xa5);
    }
    return 0;
}

static const struct scenario tasks[] = {
    {"offers", offers},
    {"two-spawners", two_spawners},
    {"lookers", lookers},
    {"cancel-stolen", cancel_stolen},
    {"cancel-nested", cancel_nested},
    {"cancel-new", cancel_new},
    {"cancel-joined", cancel_joined},
    {"join-ended", join_ended},
    {"barrier-ended", barrier_ended},
    {"used-again-sem", used_again_sem},
};

int main(int argc, char **argv)
{
    return EXPLORE(tasks, argc, argv);
}
