/* SPDX-License-Identifier: MIT */
/* Mutex, condition, semaphore, once, barrier, wait group, event: tasks and a thread. */
#include "scenario.h"

static struct section section;
static int total;

/* ---- mutex ------------------------------------------------------------------------------- */

static faden_mutex m;

static void *lock_twice(void *arg)
{
    for (int i = 0; i < 2; i++) {
        faden_mutex_lock(&m);
        be_alone_in(&section);
        total++;
        faden_mutex_unlock(&m);
    }
    return arg;
}

static int mutex(void *arg)
{
    faden_sim_thread *thread = sim_thread(lock_twice, arg);
    faden_task *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = spawn(lock_twice, NULL);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    SAME(faden_blocking((void *(*)(void *))faden_sim_thread_join, thread, NULL), 0);
    SAME(total, 8);
    faden_mutex_destroy(&m);
    return 0;
}

static void *try_lock(void *arg)
{
    while (faden_mutex_try_lock(&m) < 0)
        faden_yield();
    be_alone_in(&section);
    faden_mutex_unlock(&m);
    return arg;
}

static int mutex_try(void *arg)
{
    faden_task *t = spawn(try_lock, arg);
    lock_twice(NULL);
    try_lock(NULL);
    join(t);
    return 0;
}

/* Who gets the mutex may use its memory for something else as soon as it is through. */
static struct counted {
    faden_mutex m;
    int users;
} counted;

static void *drop(void *arg)
{
    struct counted *c = arg;
    bool last;
    faden_mutex_lock(&c->m);
    last = --c->users == 0;
    faden_mutex_unlock(&c->m);
    if (last)
        memset(c, 0xa5, sizeof *c);
    return NULL;
}

static int used_again_at_once(void *arg)
{
    faden_task *t[2];
    (void)arg;
    counted.users = 3;
    for (int i = 0; i < 2; i++)
        t[i] = spawn(drop, &counted);
    drop(&counted);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    for (size_t i = 0; i < sizeof counted; i++)
        SAME(((unsigned char *)&counted)[i], 0xa5);
    return 0;
}

/* ---- condition --------------------------------------------------------------------------- */

static faden_cond nonempty;
static int items;

static void *put_items(void *arg)
{
    for (int i = 0; i < 3; i++) {
        faden_mutex_lock(&m);
        items++;
        faden_cond_signal(&nonempty);
        faden_mutex_unlock(&m);
    }
    return arg;
}

static void *take_items(void *arg)
{
    for (int i = 0; i < 3; i++) {
        faden_mutex_lock(&m);
        while (!items)
            SAME(faden_cond_wait(&nonempty, &m), 0);
        items--;
        faden_mutex_unlock(&m);
    }
    return arg;
}

static int cond(void *arg)
{
    faden_sim_thread *thread = sim_thread(put_items, arg);
    faden_task *t[3] = {spawn(take_items, arg), spawn(put_items, arg), spawn(take_items, arg)};
    for (int i = 0; i < 3; i++)
        join(t[i]);
    SAME(items, 0);
    SAME(faden_blocking((void *(*)(void *))faden_sim_thread_join, thread, NULL), 0);
    return 0;
}

static void *wait_until_set(void *arg)
{
    faden_mutex_lock(&m);
    while (!items)
        SAME(faden_cond_wait(&nonempty, &m), 0);
    faden_mutex_unlock(&m);
    return arg;
}

static int broadcast(void *arg)
{
    faden_task *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = spawn(wait_until_set, arg);
    faden_mutex_lock(&m);
    items = 1;
    faden_cond_broadcast(&nonempty);
    faden_mutex_unlock(&m);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    return 0;
}

/* ---- semaphore --------------------------------------------------------------------------- */

static faden_sem s, done;

static void *take_and_give(void *arg)
{
    for (int i = 0; i < 2; i++) {
        SAME(faden_sem_wait(&s), 0);
        faden_sim_check(++items <= 2, "%d have the semaphore", items);
        faden_sim_point("holding");
        items--;
        faden_sem_post(&s);
    }
    faden_sem_post(&done);
    return arg;
}

static int sem(void *arg)
{
    faden_sem_init(&s, 2);
    sim_thread(take_and_give, arg);
    for (int i = 0; i < 3; i++)
        SAME(faden_go(take_and_give, arg), 0);
    for (int i = 0; i < 4; i++)
        SAME(faden_sem_wait(&done), 0);
    SAME(faden_sem_value(&s), 2);
    return 0;
}

/* ---- wait group, barrier, once, event ---------------------------------------------------- */

static faden_waitgroup g;
static faden_barrier b;
static faden_once o;
static faden_event e;

static void *be_done(void *arg)
{
    total++;
    faden_waitgroup_done(&g);
    return arg;
}

static int waitgroup(void *arg)
{
    faden_waitgroup_add(&g, 4);
    sim_thread(be_done, arg);
    for (int i = 0; i < 3; i++)
        SAME(faden_go(be_done, arg), 0);
    SAME(faden_waitgroup_wait(&g), 0);
    SAME(total, 4);
    return 0;
}

static void *three_rounds(void *arg)
{
    for (int round = 1; round <= 3; round++) {
        total++;
        faden_sim_check(faden_barrier_wait(&b) >= 0, "a barrier failed");
        faden_sim_check(total >= 3 * round, "passed in round %d with %d", round, total);
        faden_sim_check(faden_barrier_wait(&b) >= 0, "a barrier failed");
    }
    return arg;
}

static int barrier(void *arg)
{
    faden_task *t[2];
    faden_barrier_init(&b, 3);
    for (int i = 0; i < 2; i++)
        t[i] = spawn(three_rounds, arg);
    three_rounds(NULL);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    faden_barrier_destroy(&b);
    return 0;
}

static int load(void *arg)
{
    (void)arg;
    faden_yield();
    return ++total == 1 ? 0 : -EINVAL;
}

static void *want_loaded(void *arg)
{
    SAME(faden_once_call(&o, load, NULL), 0);
    SAME(total, 1);
    return arg;
}

static int once(void *arg)
{
    faden_task *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = spawn(want_loaded, arg);
    want_loaded(NULL);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    return 0;
}

static void *await_event(void *arg)
{
    SAME(faden_event_wait(&e), 0);
    SAME(items, 7);
    return arg;
}

static void *set(void *arg)
{
    items = 7;
    faden_event_set(&e);
    return arg;
}

static int event(void *arg)
{
    faden_task *t[2] = {spawn(await_event, arg), spawn(await_event, arg)};
    sim_thread(set, arg);
    await_event(arg);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    return 0;
}

/* ---- the slot: two that talk beside two that yield, all on one cpu -------------------------- */

enum { SLOT_CAP = 8, TURNS = 4 };
static faden_sem word[2];
static int words, yielding;

static void *talk(void *arg)
{
    intptr_t i = (intptr_t)arg;
    while (yielding) {
        faden_sem_post(&word[!i]);
        SAME(faden_sem_wait(&word[i]), 0);
        words++;
    }
    faden_sem_post(&word[!i]);
    return NULL;
}

static void *yield_beside(void *arg)
{
    for (int i = 0; i < TURNS; i++) {
        int before = words;
        faden_yield();
        faden_sim_check(words - before <= 2 * (SLOT_CAP + 2), "overtaken by %d words",
                        words - before);
    }
    yielding--;
    return arg;
}

static int slot(void *arg)
{
    faden_task_attr first = {.cpu = 1};
    faden_task *t[4];
    yielding = 2;
    for (intptr_t i = 0; i < 4; i++)
        SAME(faden_spawn(&t[i], i < 2 ? talk : yield_beside, (void *)i, &first), 0);
    for (int i = 0; i < 4; i++)
        join(t[i]);
    return arg != NULL;
}

static const struct scenario all[] = {
    {"mutex", mutex},         {"mutex-try", mutex_try}, {"used-again", used_again_at_once},
    {"cond", cond},           {"broadcast", broadcast}, {"sem", sem},
    {"waitgroup", waitgroup}, {"barrier", barrier},     {"once", once},
    {"event", event},         {"slot", slot},
};

int main(int argc, char **argv)
{
    return EXPLORE(all, argc, argv);
}
