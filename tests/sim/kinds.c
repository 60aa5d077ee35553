/* SPDX-License-Identifier: MIT */
/*
 * Tasks of other kinds: movable ones, which go along with who wakes them; pinned ones, which run
 * on their cpu and nowhere else; urgent ones, which go first and starve nobody.
 */
#include <errno.h>

#include "scenario.h"

static unsigned cpus(void)
{
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    return (unsigned)stats.cpus;
}

static faden_task *spawn_as(faden_task_attr attr, void *(*fn)(void *), void *arg)
{
    faden_task *t;
    SAME(faden_spawn(&t, fn, arg, &attr), 0);
    return t;
}

/* ---- movable ------------------------------------------------------------------------------ */

enum { POSTS = 3 };

static struct mover {
    faden_sem wanted;
    faden_mutex mutex;
    int inside, served;
} mover[2];

/* Nobody else runs this task meanwhile, and what is its own has come along. */
static void run_alone(struct mover *m, int number)
{
    SAME(m->inside++, 0);
    errno = number;
    faden_sim_point("runs");
    SAME(errno, number);
    SAME(--m->inside, 0);
}

static void *moves(void *arg)
{
    struct mover *m = arg;
    const faden_scope *run = faden_root();
    for (int i = 1; i <= POSTS * 2; i++) {
        errno = i;
        SAME(faden_sem_wait(&m->wanted), 0);
        SAME(errno, i);
        SAME(faden_root() == run, 1);
        run_alone(m, i);
        faden_mutex_lock(&m->mutex); /* what it was handed by another cpu it gives back here */
        m->served++;
        faden_mutex_unlock(&m->mutex);
    }
    return arg;
}

static void *post_to_both(void *arg)
{
    for (int i = 0; i < POSTS; i++)
        for (int k = 0; k < 2; k++) {
            faden_mutex_lock(&mover[k].mutex);
            faden_sem_post(&mover[k].wanted);
            faden_mutex_unlock(&mover[k].mutex);
        }
    return arg;
}

/* Two movable tasks are posted to from two cpus: each post is served, by one cpu at a time. */
static int movable(void *arg)
{
    faden_task *t[2], *poster[2];
    unsigned n = cpus();
    for (int i = 0; i < 2; i++)
        t[i] = spawn_as((faden_task_attr){.movable = true, .urgent = i == 1}, moves, &mover[i]);
    for (unsigned i = 0; i < 2; i++)
        poster[i] = spawn_as((faden_task_attr){.cpu = n > i ? i + 1 : 1}, post_to_both, arg);
    for (int i = 0; i < 2; i++) {
        join(poster[i]);
        join(t[i]);
        SAME(mover[i].served, 2 * POSTS);
    }
    return 0;
}

static void *ask(void *arg)
{
    return arg;
}

/* It stays where its timer, its scope, its sleep, its call is, though others wake it. Time may
   jump, so the timeout may strike. */
static void *stays(void *arg)
{
    struct mover *m = arg;
    faden_timeout limit;
    faden_scope scope;
    unsigned here;
    int err;
    faden_timeout_begin(&limit, FADEN_SEC);
    here = faden_cpu();
    err = faden_sem_wait(&m->wanted);
    SAME(faden_cpu(), here);
    SAME(faden_timeout_end(&limit), err);
    faden_scope_open(&scope);
    here = faden_cpu();
    SAME(faden_sem_wait(&m->wanted), 0);
    SAME(faden_cpu(), here);
    SAME(faden_scope_close(&scope), 0);
    here = faden_cpu();
    SAME(faden_sleep(FADEN_USEC), 0);
    SAME(faden_blocking(ask, NULL, NULL), 0);
    SAME(faden_cpu(), here);
    return arg;
}

static void *post_twice(void *arg)
{
    for (int i = 0; i < 2; i++)
        faden_sem_post(&mover[(size_t)arg].wanted);
    return NULL;
}

static int movable_stays(void *arg)
{
    faden_task *t[2], *poster[2];
    unsigned n = cpus();
    (void)arg;
    for (size_t i = 0; i < 2; i++) {
        t[i] = spawn_as((faden_task_attr){.movable = true}, stays, &mover[i]);
        poster[i] = spawn_as((faden_task_attr){.cpu = n - (unsigned)i % n}, post_twice, (void *)i);
    }
    for (int i = 0; i < 2; i++) {
        join(t[i]);
        join(poster[i]);
    }
    return 0;
}

/* ---- pinned ------------------------------------------------------------------------------- */

static faden_chan *chan;
static faden_sem turn[2];

static void *at_home(void *arg)
{
    unsigned home = (unsigned)(intptr_t)arg;
    int value;
    SAME(faden_cpu(), home);
    SAME(faden_sem_wait(&turn[0]), 0);
    SAME(faden_cpu(), home);
    faden_sem_post(&turn[0]);
    faden_yield();
    SAME(faden_cpu(), home);
    SAME(faden_chan_recv(chan, &value), 0);
    SAME(faden_cpu(), home);
    SAME(faden_chan_send(chan, &value), 0);
    SAME(faden_sleep(FADEN_USEC), 0);
    SAME(faden_cpu(), home);
    return NULL;
}

static void *nothing(void *arg)
{
    return arg;
}

static void *spawn_pinned(void *arg)
{
    unsigned n = cpus();
    faden_task *t[3];
    for (unsigned i = 0; i < 3; i++) {
        faden_task_attr attr = {.cpu = (i + (unsigned)(intptr_t)arg) % n + 1, .urgent = i == 2};
        t[i] = spawn_as(attr, at_home, (void *)(intptr_t)attr.cpu);
        SAME(faden_go(nothing, NULL), 0); /* others have something to steal */
    }
    for (int i = 0; i < 3; i++)
        join(t[i]);
    return NULL;
}

/* Whoever spawns them, wakes them, or has nothing to do. */
static int pinned(void *arg)
{
    int value = 1;
    faden_task *t[2];
    SAME(faden_chan_new(&chan, sizeof value, 1), 0);
    for (intptr_t i = 0; i < 2; i++)
        t[i] = spawn(spawn_pinned, (void *)i);
    faden_sem_post(&turn[0]);
    SAME(faden_chan_send(chan, &value), 0);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    faden_chan_delete(chan);
    return arg != NULL;
}

/* Pinned ones that come without end, and one that is not: they take turns. */
static uint32_t begun, busy, ends;

static void *begin(void *arg)
{
    faden_sim_store(&begun, 1, __ATOMIC_RELEASE);
    return arg;
}

/* So that nobody steals it. */
static void *be_busy(void *arg)
{
    faden_sim_fetch_add(&busy, 1, __ATOMIC_RELAXED);
    while (!faden_sim_load(&begun, __ATOMIC_ACQUIRE))
        faden_sim_point("busy");
    return arg;
}

static void *and_again(void *arg)
{
    const faden_task_attr here = {.cpu = 1, .detached = true};
    faden_sim_check(++ends <= 16, "%u pinned ones began before it", ends);
    if (!begun)
        SAME(faden_spawn(NULL, and_again, arg, &here), 0);
    return NULL;
}

static void *spawn_one_of_each(void *others)
{
    while (faden_sim_load(&busy, __ATOMIC_RELAXED) < (uintptr_t)others)
        faden_yield();
    and_again(NULL);
    SAME(faden_go(begin, NULL), 0);
    return NULL;
}

static int pinned_turns(void *arg)
{
    unsigned n = cpus();
    for (unsigned i = 2; i <= n; i++) {
        faden_task_attr attr = {.cpu = i, .detached = true};
        SAME(faden_spawn(NULL, be_busy, arg, &attr), 0);
    }
    join(spawn_as((faden_task_attr){.cpu = 1}, spawn_one_of_each, (void *)(uintptr_t)(n - 1)));
    return 0;
}

/* ---- urgent ------------------------------------------------------------------------------- */

enum { URGENT = 2, IN_A_ROW = 8, ROUNDS = 60 };

static int urgent_in_a_row, plain_in_a_row, plain_began, urgent_left;

static void *always_urgent(void *arg)
{
    urgent_left++;
    for (int i = 0; i < ROUNDS; i++) {
        faden_sim_check(++urgent_in_a_row <= IN_A_ROW, "%d urgent ones in a row", urgent_in_a_row);
        plain_in_a_row = 0;
        faden_yield();
    }
    urgent_left--;
    return arg;
}

/* Its turn comes after eight urgent ones, and no earlier while there are any. */
static void *always_ready(void *arg)
{
    plain_began++;
    while (urgent_left) {
        faden_sim_check(++plain_in_a_row <= 1, "%d others while urgent ones wait", plain_in_a_row);
        urgent_in_a_row = 0;
        faden_yield();
    }
    return arg;
}

static void *spawn_urgent(void *arg)
{
    faden_task *t[URGENT + 2];
    unsigned here = faden_cpu();
    for (int i = 0; i < URGENT; i++)
        t[i] = spawn_as((faden_task_attr){.cpu = here, .urgent = true}, always_urgent, arg);
    for (int i = URGENT; i < URGENT + 2; i++)
        t[i] = spawn_as((faden_task_attr){.cpu = here}, always_ready, arg);
    for (int i = 0; i < URGENT + 2; i++)
        join(t[i]);
    SAME(plain_began, 2);
    return NULL;
}

static int urgent_turns(void *arg)
{
    join(spawn_as((faden_task_attr){.cpu = 1}, spawn_urgent, arg));
    return 0;
}

/* One that is woken goes before those that are ready, however many. */
static int since_post = -1;

static void *urgent_waits(void *arg)
{
    for (int i = 0; i < POSTS; i++) {
        SAME(faden_sem_wait(&turn[1]), 0);
        faden_sim_check(since_post <= 1, "behind %d others", since_post);
        since_post = -1;
    }
    urgent_left--;
    return arg;
}

static void *counts(void *arg)
{
    while (urgent_left) {
        if (since_post >= 0)
            since_post++;
        faden_yield();
        if (arg && since_post < 0) {
            since_post = 0;
            faden_sem_post(&turn[1]);
        }
    }
    return NULL;
}

static void *wake_urgent(void *arg)
{
    faden_task *t[5];
    unsigned here = faden_cpu();
    urgent_left = 1;
    t[4] = spawn_as((faden_task_attr){.cpu = here, .urgent = true}, urgent_waits, arg);
    for (int i = 0; i < 4; i++)
        t[i] = spawn_as((faden_task_attr){.cpu = here}, counts, i ? NULL : t);
    for (int i = 0; i < 5; i++)
        join(t[i]);
    return NULL;
}

static int urgent_woken(void *arg)
{
    join(spawn_as((faden_task_attr){.cpu = 1}, wake_urgent, arg));
    return 0;
}

/* ---- another run -------------------------------------------------------------------------- */

static int await_both(void *arg)
{
    faden_task *t[2];
    for (int i = 0; i < 2; i++)
        t[i] = spawn_as((faden_task_attr){.movable = true}, moves, &mover[i]);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    return arg != NULL;
}

static int post_from_there(void *arg)
{
    for (int i = 0; i < 2; i++)
        post_to_both(arg);
    return arg != NULL;
}

static void *other_run(void *arg)
{
    run_on_one(post_from_there, arg);
    return NULL;
}

/* Who wakes them is a task of another run: they stay in theirs. */
static int movable_two_runs(void *arg)
{
    faden_sim_thread *t = sim_thread(other_run, arg);
    run_as(await_both, arg, (faden_config){0});
    faden_sim_thread_join(t);
    return 0;
}

static const struct scenario all[] = {
    {"movable", movable},
    {"movable-stays", movable_stays},
    {"pinned-waits", pinned},
    {"pinned-turns", pinned_turns},
    {"urgent-turns", urgent_turns},
    {"urgent-woken", urgent_woken},
};

static const struct scenario threads[] = {{"movable-two-runs", movable_two_runs}};

int main(int argc, char **argv)
{
    int failed = EXPLORE(all, argc, argv);
    scenario_main = scenario_in_thread;
    return failed | EXPLORE(threads, argc, argv);
}
