/* SPDX-License-Identifier: MIT */
/* attr.cpu: a task begins on the cpu it is pinned to and is never anywhere else. */
#include "test.h"

enum { CPUS = 4, EACH = 200 };

static void *stays(void *arg)
{
    unsigned cpu = (unsigned)(intptr_t)arg;
    for (int i = 0; i < 5; i++) {
        EQUAL(faden_cpu(), cpu);
        if (i % 2)
            faden_yield();
        else
            EQUAL(faden_sleep(FADEN_USEC), 0);
    }
    EQUAL(faden_cpu(), cpu);
    return NULL;
}

static void spawn_on(faden_scope *s, void *(*fn)(void *), void *arg, unsigned cpu)
{
    faden_task_attr attr = {.cpu = cpu};
    EQUAL(faden_scope_spawn(s, NULL, fn, arg, &attr), 0);
}

static void *nothing(void *arg)
{
    return arg;
}

/* From each cpu to each, with others that may be stolen in between. */
static void *spawns(void *arg)
{
    faden_scope s;
    (void)arg;
    faden_scope_open(&s);
    for (intptr_t i = 0; i < EACH; i++) {
        spawn_on(&s, stays, (void *)(i % CPUS + 1), (unsigned)(i % CPUS + 1));
        EQUAL(faden_scope_spawn(&s, NULL, nothing, NULL, NULL), 0);
    }
    EQUAL(faden_scope_close(&s), 0);
    return NULL;
}

static int everywhere(void *arg)
{
    faden_scope s;
    (void)arg;
    faden_scope_open(&s);
    for (unsigned cpu = 1; cpu <= CPUS; cpu++)
        spawn_on(&s, spawns, NULL, cpu);
    EQUAL(faden_scope_close(&s), 0);
    return 0;
}

static int no_such_cpu(void *arg)
{
    faden_task_attr attr = {.cpu = CPUS + 1};
    EQUAL(faden_spawn(NULL, nothing, NULL, &attr), -EINVAL);
    EQUAL(faden_cpu() >= 1 && faden_cpu() <= CPUS, 1);
    return arg != NULL;
}

/* ---- from a plain thread ----------------------------------------------------------------- */

static faden_sem begun;

static void *posts(void *arg)
{
    stays(arg);
    faden_sem_post(&begun);
    return NULL;
}

static void *from_outside(void *arg)
{
    EQUAL(faden_cpu(), 0);
    for (unsigned cpu = 1; cpu <= CPUS; cpu++) {
        faden_task_attr attr = {.cpu = cpu};
        EQUAL(faden_spawn(NULL, posts, (void *)(intptr_t)cpu, &attr), 0);
    }
    return arg;
}

static int by_thread(void *arg)
{
    pthread_t t;
    faden_sem_init(&begun, 0);
    EQUAL(pthread_create(&t, NULL, from_outside, NULL), 0);
    for (int i = 0; i < CPUS; i++)
        EQUAL(faden_sem_wait(&begun), 0);
    pthread_join(t, NULL);
    return arg != NULL;
}

/* ---- nobody waits for ever --------------------------------------------------------------- */

static uint32_t over;

static void *ends_it(void *arg)
{
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    return arg;
}

/* Each makes two more, pinned to cpu 1 or not, until it is over. Where there is another cpu, the
   one that ends it may have gone there, and the machine be too busy to run that thread at once. */
static uint32_t births;
static unsigned cpus;

static void *multiply(void *pinned)
{
    faden_task_attr attr = {.cpu = pinned ? 1 : 0};
    for (int i = 0; i < 2 && !__atomic_load_n(&over, __ATOMIC_RELAXED); i++) {
        EXPECT(__atomic_fetch_add(&births, 1, __ATOMIC_RELAXED) < 20000, "it has not begun");
        EQUAL(faden_spawn(NULL, multiply, pinned, &attr), 0);
        if (cpus > 1 && __atomic_load_n(&births, __ATOMIC_RELAXED) > 2000)
            usleep(1000);
    }
    return NULL;
}

/* Endlessly many new tasks of one kind, and one of the other kind, which begins all the same. */
static int beside_spawner(void *arg)
{
    bool pinned = arg != NULL;
    faden_task_attr attr = {.cpu = pinned ? 1 : 0};
    over = births = 0;
    EQUAL(faden_spawn(NULL, multiply, pinned ? NULL : &over, NULL), 0);
    EQUAL(faden_spawn(NULL, ends_it, NULL, &attr), 0);
    return 0;
}

int main(void)
{
    static const unsigned few[] = {1, 2};
    limit_seconds(50);
    for (test_route = 0; test_route <= FADEN_ROUTE_SCHEDULER; test_route++) {
        run_as(everywhere, NULL, (faden_config){.cpus = CPUS});
        run_as(no_such_cpu, NULL, (faden_config){.cpus = CPUS});
        run_as(by_thread, NULL, (faden_config){.cpus = CPUS});
        for (int i = 0; i < 2; i++) {
            cpus = few[i];
            run_as(beside_spawner, NULL, (faden_config){.cpus = few[i]});
            run_as(beside_spawner, &over, (faden_config){.cpus = few[i]});
        }
    }
    return 0;
}
