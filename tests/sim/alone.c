/* SPDX-License-Identifier: MIT */
/* One cpu is all there is, and needs no atomics (src/sched/lock.h), until the first plain thread
   comes. */
#include "scenario.h"

enum { BIRTHS = 16 };

static faden_sem s;

/* The thread comes somewhere in the middle of these sections, of which none had an atomic. */
static int come_to_one(void *arg)
{
    sim_thread(post_one, arg);
    for (int i = 0; i < 8; i++) {
        faden_sem_post(arg);
        SAME(faden_sem_wait(arg), 0);
    }
    return faden_sem_wait(arg);
}

static int alone(void *arg)
{
    (void)arg;
    run_on_one(come_to_one, &s);
    return 0;
}

/* Two threads at once end being alone: neither trusts in what the other has begun. */
static int come_by_two(void *arg)
{
    sim_thread(post_one, arg);
    return come_to_one(arg) + faden_sem_wait(arg);
}

static int alone_two(void *arg)
{
    (void)arg;
    run_on_one(come_by_two, &s);
    return 0;
}

/* The thread comes in the middle of births, ends and joins, which have no lock while a cpu is
   alone. */
static void *nothing(void *arg)
{
    return arg;
}

static void *join_and_go(void *done)
{
    SAME(faden_join(done, NULL), 0);
    SAME(faden_go(nothing, NULL), 0);
    return post_one(&s);
}

static int come_to_births(void *arg)
{
    faden_task *done = spawn(nothing, NULL), *births[BIRTHS];
    faden_yield();
    sim_thread(join_and_go, done);
    for (int i = 0; i < BIRTHS; i++)
        births[i] = spawn(nothing, arg);
    faden_yield();
    for (int i = 0; i < BIRTHS; i++)
        SAME(faden_join(births[i], NULL), 0);
    return faden_sem_wait(&s);
}

static int alone_births(void *arg)
{
    run_on_one(come_to_births, arg);
    return 0;
}

/* A thread joins the last task of a scope, which ends meanwhile: the long way. */
static void *join_only(void *t)
{
    SAME(faden_join(t, NULL), 0);
    return NULL;
}

static int come_to_the_last(void *arg)
{
    faden_scope scope;
    faden_task *t;
    faden_sim_thread *thread;
    SAME(faden_scope_open(&scope), 0);
    SAME(faden_scope_spawn(&scope, &t, nothing, arg, NULL), 0);
    thread = sim_thread(join_only, t);
    SAME(faden_scope_close(&scope), 0);
    faden_sim_thread_join(thread);
    return 0;
}

static int alone_last(void *arg)
{
    run_on_one(come_to_the_last, arg);
    return 0;
}

/* A thread ends a wait just when a cancellation does: one of them gets it. */
static void *wait_for_one(void *arg)
{
    return (void *)(intptr_t)faden_sem_wait(arg);
}

static int come_to_a_cancel(void *arg)
{
    faden_task *t = spawn(wait_for_one, arg);
    void *err;
    faden_yield();
    sim_thread(post_one, arg);
    SAME(faden_cancel(t), 0);
    err = join(t);
    EXPECT(!err || (intptr_t)err == -ECANCELED, "faden_sem_wait: %d", (int)(intptr_t)err);
    return err ? faden_sem_wait(arg) : 0;
}

static int alone_cancel(void *arg)
{
    (void)arg;
    run_on_one(come_to_a_cancel, &s);
    return 0;
}

/* A task ends the scope it is in, its opener the one around that: nothing is born there then. */
static void *end_scope(void *scope)
{
    SAME(faden_scope_cancel(scope), 0);
    return NULL;
}

static int come_to_an_end(void *arg)
{
    faden_scope outer, inner;
    SAME(faden_scope_open(&outer), 0);
    SAME(faden_scope_open(&inner), 0);
    SAME(faden_scope_spawn(&inner, NULL, end_scope, &inner, NULL), 0);
    faden_yield();
    SAME(faden_scope_spawn(&inner, NULL, nothing, arg, NULL), -ECANCELED);
    SAME(faden_scope_close(&inner), -ECANCELED);
    SAME(faden_scope_spawn(&outer, NULL, nothing, arg, NULL), 0);
    SAME(faden_scope_cancel(&outer), 0);
    SAME(faden_scope_spawn(&outer, NULL, nothing, arg, NULL), -ECANCELED);
    SAME(faden_scope_close(&outer), -ECANCELED);
    return 0;
}

static int alone_ended(void *arg)
{
    run_on_one(come_to_an_end, arg);
    return 0;
}

/* Two runs on one cpu each begin at once: each is alone until it knows of the other. */
static void *run_one(void *arg)
{
    run_on_one(come_to_one, arg);
    return NULL;
}

static int alone_runs(void *arg)
{
    static faden_sem own[2];
    faden_sim_thread *t = sim_thread(run_one, &own[0]);
    (void)arg;
    run_one(&own[1]);
    faden_sim_thread_join(t);
    return 0;
}

static const struct scenario scenarios[] = {
    {"alone", alone},
    {"alone-two", alone_two},
    {"alone-births", alone_births},
    {"alone-ended", alone_ended},
    {"alone-runs", alone_runs},
    {"alone-last", alone_last},
    {"alone-cancel", alone_cancel},
};

int main(int argc, char **argv)
{
    scenario_main = scenario_in_thread;
    return EXPLORE(scenarios, argc, argv);
}
