/* SPDX-License-Identifier: MIT */
/* Overflow of a coroutine in a thread that is not the main one, of one that another thread made,
   and of one resumed by another: the report names the one that overflowed. Overflow of a
   thread's own stack is not ours to report. */
#include <pthread.h>

#include "helpers.h"

static volatile int depth_wanted = 1 << 30;

static int deeper(int n)
{
    volatile char frame[1000];
    frame[0] = 1;
    return n < depth_wanted ? deeper(n + 1) + frame[0] : 0;
}

/* With no room left on its stack, as it is in earnest. */
static void *recurse(void *arg)
{
    deeper(0);
    return arg;
}

static void *smash(void *arg)
{
    (void)arg;
    *(volatile char *)(faden_coro_self()->stack - 1) = 1;
    return NULL;
}

static void *outer(void *arg)
{
    faden_coro *c;
    if (faden_coro_new(&c, smash, (&(faden_coro_attr){.name = "inner"})))
        _exit(3);
    return faden_coro_resume(c, arg);
}

static void *thread(void *fn)
{
    faden_coro *c;
    if (faden_coro_new(&c, (void *(*)(void *))fn, (&(faden_coro_attr){.name = "outer"})))
        _exit(3);
    return faden_coro_resume(c, NULL);
}

/* This thread makes none itself. */
static void *resume_only(void *c)
{
    return faden_coro_resume(c, NULL);
}

static void *made_elsewhere(void *unused)
{
    pthread_t t;
    faden_coro *c;
    if (faden_coro_new(&c, recurse, (&(faden_coro_attr){.name = "handed over"}))
        || pthread_create(&t, NULL, resume_only, c))
        _exit(3);
    pthread_join(t, NULL);
    return unused;
}

static void *thread_recursion(void *arg)
{
    faden_coro *c;
    if (faden_coro_new(&c, smash, NULL))
        _exit(3);
    deeper(0);
    return arg;
}

static void *(*start)(void *);
static void *start_arg;

static void child(void *arg)
{
    pthread_t t;
    (void)arg;
    if (pthread_create(&t, NULL, start, start_arg))
        _exit(3);
    pthread_join(t, NULL);
}

int main(void)
{
    SKIP_VALGRIND("a fault may not be repeated");
    SKIP_SANITIZED("faults go to their handler");
    struct outcome o;
    start = thread;
    start_arg = (void *)smash;
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'outer'");

    start_arg = (void *)outer;
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'inner'");

    start = made_elsewhere;
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'handed over'");

    start = thread_recursion;
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    EXPECT(!*o.text, "it said: %s", o.text);
}
