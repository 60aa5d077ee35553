/* SPDX-License-Identifier: MIT */
/*
 * Mistakes that a sanitizer must find in a coroutine or a task as it would anywhere.
 *
 *      planted WHICH WHERE     WHERE: coro, task
 */
#include <faden/faden.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static volatile int sink, zero, large = 0x7fffffff;
static int *volatile kept;
static const char *which;
static int shared_word;

static NOINLINE void give_local(void)
{
    volatile int local[16];
    local[3] = zero;
    kept = (int *)&local[3];
}

static void pause_flow(void)
{
    if (faden_coro_self())
        faden_coro_yield(NULL);
    else
        faden_yield();
}

static NOINLINE void use_after_return(void)
{
    give_local();
    pause_flow();
    sink = *kept;
}

static NOINLINE void out_of_bounds(void)
{
    volatile char local[16];
    local[0] = 0;
    pause_flow();
    local[16 + zero] = 1;
}

static NOINLINE void uninitialised(void)
{
    volatile int local[4];
    local[1] = 1;
    pause_flow();
    if (local[2 + zero])
        sink = 1;
}

/* On the heap, where Valgrind sees it too. */
static NOINLINE void uninitialised_heap(void)
{
    volatile int *p = malloc(4 * sizeof *p);
    p[1] = 1;
    pause_flow();
    if (p[2 + zero])
        sink = 1;
    free((int *)p);
}

static NOINLINE void overflow(void)
{
    pause_flow();
    large = large + 1;
}

static void *other_thread(void *arg)
{
    shared_word++;
    return arg;
}

/* Nothing orders the two increments. */
static NOINLINE void race(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, other_thread, NULL))
        abort();
    shared_word++;
    pause_flow();
    pthread_join(thread, NULL);
}

static const struct {
    const char *name;
    void (*fn)(void);
} mistakes[] = {
    {"use-after-return", use_after_return},
    {"out-of-bounds", out_of_bounds},
    {"uninitialised", uninitialised},
    {"uninitialised-heap", uninitialised_heap},
    {"overflow", overflow},
    {"race", race},
};

static void *make_mistake(void *arg)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (!strcmp(mistakes[i].name, which))
            mistakes[i].fn();
    return arg;
}

static int in_tasks(void *arg)
{
    (void)arg;
    if (faden_go(make_mistake, NULL) < 0)
        return 1;
    for (int i = 0; i < 10; i++)
        faden_yield();
    return 0;
}

static int in_coroutine(void)
{
    faden_coro *c;
    if (faden_coro_new(&c, make_mistake, NULL) < 0)
        return 1;
    faden_coro_resume(c, NULL);
    faden_coro_resume(c, NULL);
    faden_coro_delete(c);
    return 0;
}

int main(int argc, char **argv)
{
    faden_config config = {.cpus = 1};
    if (argc != 3)
        return 2;
    which = argv[1];
    return !strcmp(argv[2], "coro") ? in_coroutine() : faden_run(in_tasks, NULL, &config, NULL) < 0;
}
