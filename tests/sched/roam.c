/* SPDX-License-Identifier: MIT */
/* Movable tasks that are woken all at once are given to a cpu that sleeps; those that something
   holds where they are are not, and nobody moves when it yields. */
#include "test.h"

enum { TASKS = 64, MOST_ROUNDS = 1000 };
#define WORK (50 * FADEN_USEC)

static faden_event gate;
static uint32_t waiting, ran_on[3];

static void work(void)
{
    int64_t end = faden_now() + WORK;
    while (faden_now() < end)
        ;
}

static void *roams(void *arg)
{
    unsigned at;
    __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
    EQUAL(faden_event_wait(&gate), 0);
    at = faden_cpu();
    __atomic_add_fetch(&ran_on[at], 1, __ATOMIC_RELAXED);
    work();
    faden_yield();
    EQUAL(faden_cpu(), at);
    return arg;
}

/* A timer of its cpu belongs to it. */
static void *stays(void *arg)
{
    faden_timeout limit;
    unsigned at = faden_cpu();
    EQUAL(faden_timeout_begin(&limit, 1000 * FADEN_SEC), 0);
    __atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
    EQUAL(faden_event_wait(&gate), 0);
    EQUAL(faden_cpu(), at);
    work();
    EQUAL(faden_timeout_end(&limit), 0);
    EQUAL(faden_cpu(), at);
    return arg;
}

static void *sets(void *arg)
{
    while (__atomic_load_n(&waiting, __ATOMIC_SEQ_CST) < TASKS)
        EQUAL(faden_sleep(FADEN_USEC), 0);
    EQUAL(faden_sleep(FADEN_MSEC), 0); /* the other cpu sleeps by now, most often */
    faden_event_set(&gate);
    return arg;
}

/* All of them are woken on the first cpu, which takes the movable ones along. */
static void once(void)
{
    static const faden_task_attr movable = {.movable = true}, first = {.cpu = 1};
    faden_scope s;
    faden_event_init(&gate, FADEN_EVENT_MANUAL);
    waiting = 0;
    faden_scope_open(&s);
    for (int i = 0; i < TASKS; i++)
        EQUAL(faden_scope_spawn(&s, NULL, i % 4 ? roams : stays, NULL, &movable), 0);
    EQUAL(faden_scope_spawn(&s, NULL, sets, NULL, &first), 0);
    EQUAL(faden_scope_close(&s), 0);
}

static int all(void *arg)
{
    ran_on[2] = 0;
    for (int i = 0; !ran_on[2]; i++) {
        EXPECT(i < MOST_ROUNDS, "all ran on the cpu where they were woken");
        once();
    }
    return arg != NULL;
}

int main(void)
{
    limit_seconds(50);
    for (test_route = 0; test_route <= FADEN_ROUTE_SCHEDULER; test_route++)
        for (int i = 0; i < 3; i++)
            run_as(all, NULL, (faden_config){.cpus = 2});
    return 0;
}
