/* SPDX-License-Identifier: MIT */
/* What a correct program cannot do panics, and the text names the call. */
#include "test.h"

static faden_mutex m;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;
static faden_rwlock rwlock;
static faden_barrier barrier;
static faden_event event;

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

static void *write_lock(void *arg)
{
    (void)arg;
    faden_rwlock_wrlock(&rwlock);
    return NULL;
}

static void *rw_unlock(void *arg)
{
    (void)arg;
    faden_rwlock_unlock(&rwlock);
    return NULL;
}

static int write_twice(void *arg)
{
    write_lock(arg);
    faden_rwlock_wrlock(&rwlock);
    return 0;
}

static int write_and_read(void *arg)
{
    write_lock(arg);
    faden_rwlock_rdlock(&rwlock);
    return 0;
}

static int rw_unlock_free(void *arg)
{
    rw_unlock(arg);
    return 0;
}

static int rw_unlock_by_task(void *arg)
{
    write_lock(arg);
    join(spawn(rw_unlock, NULL));
    return 0;
}

static int destroy_written(void *arg)
{
    write_lock(arg);
    faden_rwlock_destroy(&rwlock);
    return 0;
}

static int destroy_read(void *arg)
{
    (void)arg;
    faden_rwlock_rdlock(&rwlock);
    faden_rwlock_destroy(&rwlock);
    return 0;
}

static int barrier_for_nobody(void *arg)
{
    (void)arg;
    faden_barrier_init(&barrier, 0);
    return 0;
}

static void *wait_barrier(void *arg)
{
    (void)arg;
    return gives(faden_barrier_wait(&barrier));
}

static int destroy_barrier(void *arg)
{
    (void)arg;
    faden_barrier_init(&barrier, 2);
    spawn(wait_barrier, NULL);
    settle();
    faden_barrier_destroy(&barrier);
    return 0;
}

static void *wait_event(void *arg)
{
    (void)arg;
    return gives(faden_event_wait(&event));
}

static int destroy_event(void *arg)
{
    (void)arg;
    spawn(wait_event, NULL);
    settle();
    faden_event_destroy(&event);
    return 0;
}

static int event_of_no_kind(void *arg)
{
    (void)arg;
    faden_event_init(&event, (faden_event_kind)2);
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
    expect_panic(write_twice, "faden: faden_rwlock_wrlock: the caller holds the rwlock at ");
    expect_panic(write_and_read, "faden: faden_rwlock_rdlock: the caller holds the rwlock at ");
    expect_panic(rw_unlock_free, "faden: faden_rwlock_unlock: nobody holds the rwlock at ");
    expect_panic(rw_unlock_by_task, "faden: faden_rwlock_unlock: the caller does not hold the rw");
    expect_panic(destroy_written, "faden: faden_rwlock_destroy: the rwlock at ");
    expect_panic(destroy_read, "faden: faden_rwlock_destroy: the rwlock at ");
    expect_panic(barrier_for_nobody, "faden: faden_barrier_init: a barrier for nobody at ");
    expect_panic(destroy_barrier, "faden: faden_barrier_destroy: somebody still waits on the obj");
    expect_panic(destroy_event, "faden: faden_event_destroy: somebody still waits on the object");
    expect_panic(event_of_no_kind, "faden: faden_event_init: there is no kind 2 of events");
    expect_panic(wait_disabled,
                 "faden: task 'main' waits while it has preemption disabled (since ");
    return 0;
}
