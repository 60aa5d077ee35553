/* SPDX-License-Identifier: MIT */
/* What debug.py looks at: a task in each state, one of them in a coroutine. */
#include <faden/faden.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

static faden_chan *never;
static volatile int deep_local = 4711;

NOINLINE void stop_here(void);
NOINLINE void stop_here(void)
{
    __asm__ volatile("");
}

static NOINLINE int receive_deep(int depth)
{
    volatile int kept = deep_local + depth;
    int n, err = depth ? receive_deep(depth - 1) : faden_chan_recv(never, &n);
    return err + (kept ? 0 : 1);
}

static void *receiver(void *arg)
{
    faden_task_set_name("receiver");
    receive_deep(3);
    return arg;
}

static NOINLINE void *in_coro(void *first)
{
    faden_sleep(FADEN_SEC * 1000);
    return first;
}

static NOINLINE void resume_inner(void)
{
    faden_coro *c;
    if (faden_coro_new(&c, in_coro, NULL) == 0)
        faden_coro_resume(c, NULL);
}

static void *sleeper(void *arg)
{
    resume_inner();
    return arg;
}

static void *yielder(void *arg)
{
    for (;;)
        faden_yield();
    return arg;
}

static void *unborn(void *arg)
{
    return arg;
}

static NOINLINE void nested_scope(void)
{
    faden_scope s;
    faden_scope_open(&s);
    if (faden_scope_spawn(&s, NULL, unborn, NULL, NULL) < 0 || faden_go(unborn, NULL) < 0)
        abort();
    stop_here();
    abort();
}

static void *running(void *arg)
{
    nested_scope();
    return arg;
}

static int start(void *arg)
{
    faden_task_attr named = {.name = "running", .detached = true};
    (void)arg;
    if (faden_chan_new(&never, sizeof(int), 0) < 0 || faden_go(receiver, NULL) < 0 ||
        faden_go(sleeper, NULL) < 0 || faden_go(yielder, NULL) < 0)
        return 1;
    for (int i = 0; i < 100; i++)
        faden_yield();
    if (faden_spawn(NULL, running, NULL, &named) < 0)
        return 1;
    faden_sleep(FADEN_SEC * 1000);
    return 0;
}

int main(void)
{
    faden_config config = {.cpus = 1};
    return faden_run(start, NULL, &config, NULL) < 0;
}
