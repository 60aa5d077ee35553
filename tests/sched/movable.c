/* SPDX-License-Identifier: MIT */
/* attr.movable: a task goes on where it is woken; and what it must not lose by that. */
#include "test.h"

enum { CPUS = 4 };

static const faden_task_attr movable = {.movable = true};

/* ---- it moves, and stays where it must --------------------------------------------------- */

enum hold { NOTHING, TIMEOUT, SCOPE, SLEEP, CORO };

static faden_sem ping, pong;
static long moves;
static bool over;

/* Apart, since compilers keep the address of errno. */
__attribute__((noinline)) static void set_errno(int value)
{
    errno = value;
    __asm__ volatile("");
}

__attribute__((noinline)) static int get_errno(void)
{
    __asm__ volatile("");
    return errno;
}

static void *in_coro(void *arg)
{
    EQUAL(faden_sem_wait(&ping), 0);
    return arg;
}

static void wait_with(enum hold hold)
{
    faden_timeout t;
    faden_scope s;
    faden_coro *c;
    switch (hold) {
    case TIMEOUT:
        faden_timeout_begin(&t, FADEN_SEC * 60);
        EQUAL(faden_sem_wait(&ping), 0);
        EQUAL(faden_timeout_end(&t), 0);
        break;
    case SCOPE:
        faden_scope_open(&s);
        EQUAL(faden_sem_wait(&ping), 0);
        EQUAL(faden_scope_close(&s), 0);
        break;
    case CORO:
        EQUAL(faden_coro_new(&c, in_coro, NULL), 0);
        faden_coro_resume(c, NULL);
        faden_coro_delete(c);
        break;
    default: EQUAL(faden_sem_wait(&ping), 0);
    }
}

static void *goes_along(void *arg)
{
    enum hold hold = (enum hold)(intptr_t)arg;
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
        unsigned at = faden_cpu(), now;
        set_errno((int)at + 100);
        if (hold == SLEEP)
            EQUAL(faden_sleep(FADEN_USEC), 0);
        else
            wait_with(hold);
        now = faden_cpu();
        EQUAL(get_errno(), (int)at + 100);
        moves += now != at;
        EXPECT(hold == NOTHING || now == at, "it moved with %d", hold);
        faden_sem_post(&pong);
        if (hold == SLEEP)
            EQUAL(faden_sem_wait(&ping), 0);
    }
    return NULL;
}

/* Wakes it, from its own cpu. */
static void *calls(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++) {
        faden_sem_post(&ping);
        EQUAL(faden_sem_wait(&pong), 0);
    }
    return NULL;
}

static int follows(void *arg)
{
    int each = arg == (void *)NOTHING ? 200 : 20;
    faden_task *t, *caller;
    moves = 0;
    over = false;
    faden_sem_init(&ping, 0);
    faden_sem_init(&pong, 0);
    EQUAL(faden_spawn(&t, goes_along, arg, &movable), 0);
    for (unsigned i = 0; i < 2 * CPUS; i++) {
        faden_task_attr pinned = {.cpu = i % CPUS + 1};
        EQUAL(faden_spawn(&caller, calls, &each, &pinned), 0);
        EQUAL(faden_join(caller, NULL), 0);
    }
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    faden_sem_post(&ping);
    faden_sem_post(&ping);
    EQUAL(faden_join(t, NULL), 0);
    if (arg == (void *)NOTHING)
        EXPECT(moves > 0, "it never moved");
    return 0;
}

/* ---- ended while it moves ---------------------------------------------------------------- */

enum { TASKS = 60, POSTS = 2000 };

static faden_sem sems[TASKS];
static uint32_t ended;

static void *waits(void *arg)
{
    faden_sem *sem = arg;
    int err;
    while (!(err = faden_sem_wait(sem)))
        if (faden_now() % 7 == 0)
            faden_yield();
    EQUAL(err, -ECANCELED);
    EQUAL(faden_cancelled(), -ECANCELED);
    __atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *posts(void *arg)
{
    unsigned from = faden_cpu();
    for (unsigned i = 0; i < POSTS; i++) {
        faden_sem_post(&sems[(i * 7 + from) % TASKS]);
        if (i % 16 == 0)
            faden_yield();
    }
    return arg;
}

static int ends(void *arg)
{
    faden_task *t[TASKS];
    faden_scope s;
    bool one_by_one = arg != NULL;
    ended = 0;
    faden_scope_open(&s);
    for (int i = 0; i < TASKS; i++) {
        faden_sem_init(&sems[i], 0);
        EQUAL(faden_scope_spawn(&s, &t[i], waits, &sems[i], &movable), 0);
    }
    for (unsigned i = 1; i <= CPUS; i++) {
        faden_task_attr pinned = {.cpu = i};
        EQUAL(faden_spawn(NULL, posts, NULL, &pinned), 0);
    }
    EQUAL(faden_sleep(FADEN_MSEC / 4), 0);
    for (int i = 0; one_by_one && i < TASKS; i++) {
        faden_cancel(t[i]);
        EQUAL(faden_join(t[i], NULL), 0);
    }
    if (!one_by_one)
        faden_scope_cancel(&s);
    EQUAL(faden_scope_close(&s), one_by_one ? 0 : -ECANCELED);
    EQUAL(ended, TASKS);
    return 0;
}

static void *nothing(void *arg)
{
    return arg;
}

static int not_both(void *arg)
{
    faden_task_attr both = {.cpu = 1, .movable = true};
    EQUAL(faden_spawn(NULL, nothing, NULL, &both), -EINVAL);
    return arg != NULL;
}

int main(void)
{
    limit_seconds(50);
    for (test_route = 0; test_route <= FADEN_ROUTE_SCHEDULER; test_route++) {
        for (intptr_t hold = NOTHING; hold <= CORO; hold++)
            run_as(follows, (void *)hold, (faden_config){.cpus = CPUS});
        for (int i = 0; i < 10; i++) {
            run_as(ends, NULL, (faden_config){.cpus = CPUS});
            run_as(ends, &over, (faden_config){.cpus = CPUS});
        }
        run(not_both, NULL);
    }
    return 0;
}
