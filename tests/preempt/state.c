/* SPDX-License-Identifier: MIT */
/*
 * What a task has is the same after it was preempted: its registers of every kind, its flags, its
 * red zone, its errno. Several tasks hold different patterns and spin; all of them must have been
 * interrupted many times.
 */
#include "test.h"

#include "registers.h"

enum { TASKS = 6, ROUNDS = 60 };

static int finished, held_last, changes;
static const char *broken;

/* Each notes that it is its turn; who finds another's number there has been preempted. */
static void note(int number)
{
    if (LOAD(held_last) != number)
        ADD(changes, 1);
    STORE(held_last, number);
}

/* On a busy machine, who preempts may come late: the tasks go on until it has come. */
static bool often_enough(void)
{
    return LOAD(changes) >= 2 * TASKS;
}

static void *holds_registers(void *arg)
{
    int number = (int)(uintptr_t)arg;
    for (int i = 0; i < ROUNDS || !often_enough(); i++) {
        const char *what = hold_registers((unsigned)(number * ROUNDS + i));
        if (what)
            STORE(broken, what);
        note(number);
    }
    finished++;
    return NULL;
}

static void *holds_errno(void *arg)
{
    int number = (int)(uintptr_t)arg;
    for (int i = 0; i < ROUNDS || !often_enough(); i++) {
        errno = number + i;
        for (volatile int n = 0; n < 200000; n++)
            ;
        __asm__ volatile("" ::: "memory"); /* or the compiler knows what errno is */
        if (errno != number + i)
            STORE(broken, "errno");
        note(number);
    }
    finished++;
    return NULL;
}

static int start(void *fn)
{
    faden_task *t[TASKS];
    finished = changes = 0;
    for (int i = 0; i < TASKS; i++)
        t[i] = spawn_preemptible((void *(*)(void *))fn, (void *)(uintptr_t)(100 * i + 1));
    for (int i = 0; i < TASKS; i++)
        join(t[i]);
    EXPECT(!broken, "%s changed across a preemption", broken);
    EQUAL(finished, TASKS);
    return 0;
}

int main(void)
{
    require_preemption();
    limit_seconds(100);
    run_as(start, (void *)holds_registers, slices(100 * FADEN_USEC));
    run_as(start, (void *)holds_errno, slices(100 * FADEN_USEC));
    return 0;
}
