/* SPDX-License-Identifier: MIT */
/*
 * For the tests of preemption. No clock decides: a task that should be preempted spins until
 * another one has run, and a test in which that never happens dies of its alarm.
 */
#ifndef TESTS_PREEMPT_TEST_H
#define TESTS_PREEMPT_TEST_H

#include "../sched/test.h"

#define SLICE (200 * FADEN_USEC)

UNUSED static const faden_task_attr preemptible = {.name = "spinner", .preemptible = true};

UNUSED static void require_preemption(void)
{
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("Valgrind delivers signals between its own blocks of code only");
}

/* Tasks tell each other by these; compilers must not keep them in registers. */
#define LOAD(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define STORE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define ADD(x, n) STORE(x, LOAD(x) + (n))

UNUSED static faden_config slices(int64_t ns)
{
    return (faden_config){.cpus = 1, .time_slice = ns};
}

UNUSED static faden_task *spawn_preemptible(void *(*fn)(void *), void *arg)
{
    faden_task *t;
    EQUAL(faden_spawn(&t, fn, arg, &preemptible), 0);
    return t;
}

UNUSED static void *returns(void *arg)
{
    return arg;
}

/* `fn` in another thread, beside this run, which is watched. */
UNUSED static void while_watched(void *(*fn)(void *), void *arg)
{
    pthread_t t;
    join(spawn_preemptible(returns, arg));
    EQUAL(pthread_create(&t, NULL, fn, arg), 0);
    pthread_join(t, NULL);
}

#endif
