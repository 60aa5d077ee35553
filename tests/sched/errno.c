/* SPDX-License-Identifier: MIT */
/*
 * errno is the task's: across yields, parks, ends on a reused stack, and in the caller of the run.
 */
#include "test.h"

static faden_sem sem;
static int checked;

__attribute__((noinline)) static void set_errno(int n)
{
    errno = n;
}

__attribute__((noinline)) static int get_errno(void)
{
    return errno;
}

static void *keeps(void *arg)
{
    int n = (int)(intptr_t)arg;
    EQUAL(get_errno(), 0); /* a new task begins with none, also on a used stack */
    set_errno(n);
    yield_times(n % 3);
    EQUAL(get_errno(), n);
    if (n % 4 == 0)
        EQUAL(faden_sleep(n), 0);
    if (n % 5 == 0) {
        faden_sem_post(&sem);
        EQUAL(faden_sem_wait(&sem), 0);
    }
    EQUAL(get_errno(), n);
    checked++;
    return NULL;
}

static void tracer(const faden_trace_event *event, void *arg)
{
    errno = ERANGE;
}

static int all(void *arg)
{
    checked = 0;
    faden_sem_init(&sem, 0);
    set_errno(77);
    for (intptr_t i = 1; i <= rounds(1000); i++)
        go(keeps, (void *)i);
    EQUAL(get_errno(), 77);
    while (checked < rounds(1000))
        faden_sleep(FADEN_USEC);
    EQUAL(get_errno(), 77);
    for (intptr_t i = 1; i <= 100; i++)
        join(spawn(keeps, (void *)i));
    EQUAL(get_errno(), 77);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    set_errno(55);
    run_both(all, NULL);
    EQUAL(get_errno(), 55);
    faden_trace_set(tracer, NULL);
    run_both(all, NULL);
    faden_trace_set(NULL, NULL);
    return 0;
}
