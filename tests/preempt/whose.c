/* SPDX-License-Identifier: MIT */
/*
 * A task that could not be preempted where its slice ended is to yield at its next call that may
 * wait. One that ends before that does not leave this to who comes next: a cooperative task keeps
 * the processor in a call that need not wait.
 */
#include "test.h"

#include "platform/linux/preempt.h"

enum { ROUNDS = 5, COOPERATIVE = 3 };

static bool gone, inside;
static int ready, refused;
static faden_sem free_ones;

static void until_refused(void)
{
    STORE(preempt_own->verdict, PREEMPTED);
    while (LOAD(preempt_own->verdict) != CALLED_BACK)
        ;
    ADD(refused, 1);
}

/* The signal finds it called back by libc. */
static void *ends_late(void *once)
{
    while (LOAD(ready) < COOPERATIVE)
        faden_yield();
    pthread_once(once, until_refused);
    STORE(gone, true);
    return NULL;
}

static void *keeps_processor(void *arg)
{
    ADD(ready, 1);
    while (!LOAD(gone))
        faden_yield();
    EXPECT(!inside, "another one lost the processor in a call that need not wait");
    inside = true;
    EQUAL(faden_sem_wait(&free_ones), 0);
    inside = false;
    return arg;
}

static int start(void *once)
{
    faden_task *t[COOPERATIVE], *late;
    gone = false;
    ready = 0;
    faden_sem_init(&free_ones, COOPERATIVE);
    for (int i = 0; i < COOPERATIVE; i++)
        t[i] = spawn(keeps_processor, NULL);
    late = spawn_preemptible(ends_late, once);
    for (int i = 0; i < COOPERATIVE; i++)
        join(t[i]);
    join(late);
    return 0;
}

int main(void)
{
    static pthread_once_t once[ROUNDS];
    require_preemption();
    limit_seconds(60);
    for (int i = 0; i < ROUNDS; i++) {
        once[i] = (pthread_once_t)PTHREAD_ONCE_INIT;
        run_as(start, &once[i], slices(SLICE));
    }
    EQUAL(refused, ROUNDS);
    return 0;
}
