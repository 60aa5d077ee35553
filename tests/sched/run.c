/* SPDX-License-Identifier: MIT */
/*
 * faden_run: results, errors, one after the other, several threads at once, descriptors given
 * back.
 */
#include "test.h"

static int give(void *arg)
{
    return (int)(intptr_t)arg;
}

static int nested(void *arg)
{
    int result = 5;
    EQUAL(faden_run(give, NULL, NULL, &result), -EBUSY);
    EQUAL(result, 5);
    return 0;
}

static void *later(void *arg)
{
    yield_times(5);
    *(int *)arg += 1;
    return NULL;
}

/* Others are waited for, not cancelled, and may spawn more after main has returned. */
static void *spawns_later(void *arg)
{
    EQUAL(faden_sleep(2 * FADEN_MSEC), 0);
    go(later, arg);
    return NULL;
}

static int returns_first(void *arg)
{
    EXPECT(faden_root(), "there is no root scope");
    EXPECT(faden_self(), "main is no task");
    EQUAL(strcmp(faden_task_name(NULL), "main"), 0);
    EQUAL(faden_task_id(NULL), 1);
    go(later, arg);
    go(spawns_later, arg);
    return 0;
}

static void errors(void)
{
    int result = 9;
    faden_config c = {.cpus = 1025};
    EQUAL(faden_run(give, NULL, &c, &result), -EAGAIN);
    c = (faden_config){.route = 7};
    EQUAL(faden_run(give, NULL, &c, &result), -EINVAL);
    c = (faden_config){.stack_size = ((size_t)1 << 30) + 1};
    EQUAL(faden_run(give, NULL, &c, &result), -EINVAL);
    c = (faden_config){.blocking_threads = 1025};
    EQUAL(faden_run(give, NULL, &c, &result), -EINVAL);
    EQUAL(result, 9);
}

static void no_descriptors(void)
{
    struct rlimit old, none;
    int result = 9, low = dup(0);
    EQUAL(getrlimit(RLIMIT_NOFILE, &old), 0);
    close(low);
    for (int allowed = 0; allowed < 2; allowed++) {
        none = (struct rlimit){(rlim_t)(low + allowed), old.rlim_max};
        EQUAL(setrlimit(RLIMIT_NOFILE, &none), 0);
        EQUAL(faden_run(give, NULL, NULL, &result), -EMFILE);
        EQUAL(result, 9);
    }
    EQUAL(setrlimit(RLIMIT_NOFILE, &old), 0);
    EQUAL(dup(0), low); /* nothing was left open */
    close(low);
}

static void *runs_many(void *arg)
{
    for (int i = 0; i < 200; i++) {
        int result = 0, count = 0;
        EQUAL(faden_run(give, (void *)(intptr_t)i, NULL, &result), 0);
        EQUAL(result, i);
        EQUAL(faden_run(returns_first, &count, NULL, NULL), 0);
        EQUAL(count, 2);
    }
    return arg;
}

static void several_threads(void)
{
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        EQUAL(pthread_create(&t[i], NULL, runs_many, NULL), 0);
    for (int i = 0; i < 4; i++)
        EQUAL(pthread_join(t[i], NULL), 0);
}

static int in_coro_too(void *arg)
{
    EXPECT(!faden_coro_self(), "the main task begins within a coroutine");
    return 0;
}

static void *runs_in_coro(void *arg)
{
    run_both(in_coro_too, NULL);
    return faden_coro_self();
}

int main(void)
{
    int count = 0, low = dup(0);
    faden_coro *c;
    close(low);
    limit_seconds(20);
    errors();
    no_descriptors();
    run_both(nested, NULL);
    run_both(returns_first, &count);
    EQUAL(count, 4);
    EXPECT(!faden_self() && !faden_root(), "this thread is still a cpu");
    faden_yield(); /* without effect */
    runs_many(NULL);
    several_threads();
    EQUAL(faden_coro_new(&c, runs_in_coro, NULL), 0);
    EXPECT(faden_coro_resume(c, NULL) == c, "the coroutine around the run was lost");
    faden_coro_delete(c);
    EQUAL(dup(0), low);
    return 0;
}
