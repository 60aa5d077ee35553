/* SPDX-License-Identifier: MIT */
/* Coroutines within tasks: the task waits with the coroutine in it, however deep. */
#include "test.h"

static faden_sem sem;
static int steps;

static void *waits_within(void *first)
{
    intptr_t n = (intptr_t)first;
    faden_coro *self = faden_coro_self();
    faden_task *task = faden_self();
    for (int i = 0; i < 5; i++) {
        faden_yield();
        EXPECT(faden_coro_self() == self && faden_self() == task, "another one goes on here");
        EQUAL(faden_sleep(n % 3), 0);
        EXPECT(faden_coro_self() == self && faden_self() == task, "another one goes on here");
        faden_sem_post(&sem);
        EQUAL(faden_sem_wait(&sem), 0);
        EXPECT(faden_coro_self() == self && faden_self() == task, "another one goes on here");
        EQUAL((intptr_t)faden_coro_yield((void *)(n + i)), n + i);
        steps++;
    }
    return (void *)-1;
}

static void *resumes(void *arg)
{
    intptr_t n = (intptr_t)arg;
    faden_coro *c;
    EQUAL(faden_coro_new(&c, waits_within, NULL), 0);
    void *value = faden_coro_resume(c, arg);
    for (int i = 0; i < 5; i++) {
        EQUAL((intptr_t)value, n + i);
        EXPECT(!faden_coro_self(), "the task is not out of the coroutine");
        faden_yield();
        EXPECT(!faden_coro_self(), "the task is in another one's coroutine");
        value = faden_coro_resume(c, value);
    }
    EQUAL((intptr_t)value, -1);
    faden_coro_delete(c);
    return arg;
}

/* Each of the nested ones waits on its way in and out. */
static void *nested(void *depth)
{
    intptr_t n = (intptr_t)depth;
    intptr_t below = 0;
    faden_coro *c;
    faden_yield();
    if (n) {
        faden_coro_attr attr = {.stack_size = 8192};
        EQUAL(faden_coro_new(&c, nested, &attr), 0);
        below = (intptr_t)faden_coro_resume(c, (void *)(n - 1));
        EQUAL(faden_coro_state_of(c), FADEN_CORO_DONE);
        faden_coro_delete(c);
    }
    EQUAL(faden_sleep(1), 0);
    return (void *)(below + 1);
}

static void *nests(void *arg)
{
    return nested(arg);
}

/* One coroutine, resumed by several tasks in turn; it waits in each. */
static faden_coro *shared;
static bool in_use;

static void *generator(void *value)
{
    for (;;) {
        EQUAL(faden_sleep(1), 0);
        value = faden_coro_yield((void *)((intptr_t)value + 1));
    }
    return NULL;
}

static void *uses_shared(void *arg)
{
    for (intptr_t i = 0; i < 10; i++) {
        while (in_use)
            faden_yield();
        in_use = true;
        EQUAL((intptr_t)faden_coro_resume(shared, (void *)i), i + 1);
        in_use = false;
    }
    return NULL;
}

/* Cancelled while it waits in a coroutine. */
static void *wait_in_coro(void *arg)
{
    return (void *)(intptr_t)faden_sleep(FADEN_FOREVER);
}

static void *cancelled(void *arg)
{
    faden_coro *c;
    EQUAL(faden_coro_new(&c, wait_in_coro, NULL), 0);
    void *result = faden_coro_resume(c, NULL);
    faden_coro_delete(c);
    return result;
}

static int all(void *arg)
{
    faden_task *t[40];
    steps = 0;
    faden_sem_init(&sem, 0);
    for (intptr_t i = 0; i < 40; i++)
        t[i] = spawn(resumes, (void *)(i * 10));
    for (intptr_t i = 0; i < 40; i++)
        EQUAL((intptr_t)join(t[i]), i * 10);
    EQUAL(steps, 200);
    for (int i = 0; i < 10; i++)
        t[i] = spawn(nests, (void *)50);
    for (int i = 0; i < 10; i++)
        EQUAL((intptr_t)join(t[i]), 51);
    EQUAL(faden_coro_new(&shared, generator, NULL), 0);
    for (int i = 0; i < 10; i++)
        t[i] = spawn(uses_shared, NULL);
    for (int i = 0; i < 10; i++)
        join(t[i]);
    faden_coro_delete(shared);
    t[0] = spawn(cancelled, NULL);
    yield_times(2);
    faden_cancel(t[0]);
    EQUAL((intptr_t)join(t[0]), -ECANCELED);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    run_both(all, NULL);
    return 0;
}
