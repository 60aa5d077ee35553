/* SPDX-License-Identifier: MIT */
/* What a correct program cannot do panics, and the text names the call. */
#include "test.h"

static faden_mutex m;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;

static void *hold(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    return NULL;
}

static void *unlock(void *arg)
{
    (void)arg;
    faden_mutex_unlock(&m);
    return NULL;
}

static void *wait_cond(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    faden_cond_wait(&cond, &m);
    return NULL;
}

static void *wait_sem(void *arg)
{
    (void)arg;
    return gives(faden_sem_wait(&sem));
}

static void *wait_group(void *arg)
{
    (void)arg;
    return gives(faden_waitgroup_wait(&group));
}

static int lock_twice(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    faden_mutex_lock(&m);
    return 0;
}

static int unlock_free(void *arg)
{
    (void)arg;
    faden_mutex_unlock(&m);
    return 0;
}

static int unlock_by_task(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    join(spawn(unlock, NULL));
    return 0;
}

static int unlock_by_thread(void *arg)
{
    (void)arg;
    faden_mutex_lock(&m);
    thread_end(thread(unlock, NULL));
    return 0;
}

static int destroy_held(void *arg)
{
    (void)arg;
    join(spawn(hold, NULL));
    faden_mutex_destroy(&m);
    return 0;
}

static int wait_unlocked(void *arg)
{
    (void)arg;
    faden_cond_wait(&cond, &m);
    return 0;
}

static int destroy_cond(void *arg)
{
    (void)arg;
    spawn(wait_cond, NULL);
    settle();
    faden_cond_destroy(&cond);
    return 0;
}

static int destroy_sem(void *arg)
{
    (void)arg;
    spawn(wait_sem, NULL);
    settle();
    faden_sem_destroy(&sem);
    return 0;
}

static int destroy_group(void *arg)
{
    (void)arg;
    faden_waitgroup_add(&group, 1);
    spawn(wait_group, NULL);
    settle();
    faden_waitgroup_destroy(&group);
    return 0;
}

static int post_past_the_end(void *arg)
{
    (void)arg;
    faden_sem_init(&sem, UINT32_MAX);
    faden_sem_post(&sem);
    return 0;
}

static int add_past_the_end(void *arg)
{
    (void)arg;
    faden_waitgroup_add(&group, UINT32_MAX);
    faden_waitgroup_add(&group, 1);
    return 0;
}

static int done_too_often(void *arg)
{
    (void)arg;
    faden_waitgroup_add(&group, 1);
    faden_waitgroup_done(&group);
    faden_waitgroup_done(&group);
    return 0;
}

static int wait_disabled(void *arg)
{
    (void)arg;
    faden_preempt_disable();
    faden_sem_post(&sem);
    EQ(faden_sem_try_wait(&sem), 0);
    EQ(faden_mutex_try_lock(&m), 0);
    faden_mutex_unlock(&m);
    return faden_sem_wait(&sem);
}

int main(void)
{
    static char text[64];
    limit_seconds(60);
    snprintf(text, sizeof text, "the mutex at %p already", (void *)&m);
    expect_panic(lock_twice, text);
    expect_panic(lock_twice, "faden: faden_mutex_lock: the caller holds");
    expect_panic(unlock_free, "faden: faden_mutex_unlock: the caller does not hold the mutex at ");
    expect_panic(unlock_by_task, "faden: faden_mutex_unlock: the caller does not hold the mutex");
    expect_panic(unlock_by_thread, "faden: faden_mutex_unlock: the caller does not hold the mutex");
    expect_panic(destroy_held, "faden: faden_mutex_destroy: the mutex at ");
    expect_panic(wait_unlocked, "faden: faden_cond_wait: the caller does not hold the mutex at ");
    expect_panic(destroy_cond, "faden: faden_cond_destroy: somebody still waits on the object at ");
    expect_panic(destroy_sem, "faden: faden_sem_destroy: somebody still waits on the object at ");
    expect_panic(destroy_group, "faden: faden_waitgroup_destroy: somebody still waits on the obj");
    expect_panic(post_past_the_end, "faden: faden_sem_post: the semaphore at ");
    expect_panic(post_past_the_end, " overflows");
    expect_panic(add_past_the_end, "faden: faden_waitgroup_add: 1 more than 4294967295 overflows");
    expect_panic(done_too_often, "faden: faden_waitgroup_done: none is expected by the wait group");
    expect_panic(wait_disabled,
                 "faden: task 'main' waits while it has preemption disabled (since ");
    return 0;
}
