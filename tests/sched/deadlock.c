/* SPDX-License-Identifier: MIT */
/* When nothing can go on any more: the report, the callback, and that it stays away otherwise. */
#include <faden/chan.h>

#include "test.h"

static faden_mutex m[3];
static faden_sem sem;
static faden_task *last;

static void *locks_in_a_ring(void *arg)
{
    int i = (int)(intptr_t)arg;
    faden_mutex_lock(&m[i]);
    yield_times(5);
    faden_mutex_lock(&m[(i + 1) % 3]);
    return NULL;
}

static int ring(void *arg)
{
    static const char *const names[] = {"ada", "grace", "hedy"};
    for (intptr_t i = 0; i < 3; i++) {
        faden_task_attr attr = {.name = names[i]};
        EQUAL(faden_spawn_at(&last, locks_in_a_ring, (void *)i, &attr, "here:10"), 0);
    }
    return faden_join(last, NULL);
}

static int alone(void *arg)
{
    return faden_sem_wait(&sem);
}

/* A timeout or a sleep without end is no reason to wait on. */
static int for_ever(void *arg)
{
    faden_timeout t;
    faden_timeout_begin(&t, FADEN_FOREVER);
    go(locks_in_a_ring, (void *)0);
    return faden_sleep(FADEN_FOREVER);
}

static void *closes(void *arg)
{
    faden_scope s;
    faden_scope_open(&s);
    scope_go(&s, (void *(*)(void *))arg, NULL);
    faden_scope_close(&s);
    return NULL;
}

static void *waits_for_sem(void *arg)
{
    EQUAL(faden_sem_wait(&sem), -EDEADLK);
    return NULL;
}

static int closing(void *arg)
{
    go(closes, (void *)waits_for_sem);
    return 0;
}

/* ---- with a callback ----------------------------------------------------------------------- */

static int calls;
static char text[4096];

static void on_deadlock(const char *report)
{
    calls++;
    snprintf(text, sizeof text, "%s", report);
}

static void *every_wait(void *chan)
{
    int n;
    EQUAL(faden_sem_wait(&sem), -EDEADLK);
    EQUAL(faden_chan_recv(chan, &n), -EDEADLK);
    EQUAL(faden_sleep(FADEN_FOREVER), -EDEADLK);
    EQUAL(faden_sleep(1), 0); /* not sticky: only what waited then */
    return (void *)1;
}

static int survives(void *chan)
{
    faden_task *t = spawn(every_wait, chan);
    int err;
    while ((err = faden_join(t, NULL)) == -EDEADLK)
        ;
    EQUAL(err, 0);
    closes((void *)waits_for_sem); /* the closer's own wait cannot be ended, its task's can */
    return 0;
}

static void with_callback(void *arg)
{
    faden_config with = {.on_deadlock = on_deadlock};
    faden_chan *chan;
    EQUAL(faden_chan_new(&chan, sizeof(int), 0), 0);
    run_as(survives, chan, with);
    EQUAL(calls, 4);
    EXPECT(strstr(text, "a semaphore") && strstr(text, "deadlock"), "it says %s", text);
    test_route = FADEN_ROUTE_SCHEDULER;
    run_as(survives, chan, with);
    EQUAL(calls, 8);
    faden_chan_delete(chan);
}

static int hopeless(void *arg)
{
    faden_mutex_lock(&m[0]);
    go(locks_in_a_ring, (void *)0);
    faden_yield();
    return 0; /* the mutex is never opened again */
}

static void runs_hopeless(void *arg)
{
    faden_config c = {.on_deadlock = on_deadlock};
    int err = faden_run(hopeless, NULL, &c, NULL);
    fprintf(stderr, "came back with %d\n", err);
}

/* ---- no false report ----------------------------------------------------------------------- */

static void *posts_late(void *arg)
{
    EQUAL(faden_sleep(30 * FADEN_MSEC), 0);
    faden_sem_post(&sem);
    return NULL;
}

static int timer_comes(void *arg)
{
    faden_timeout t;
    go(posts_late, NULL);
    EQUAL(faden_sem_wait(&sem), 0);
    faden_timeout_begin(&t, 20 * FADEN_MSEC);
    EQUAL(faden_sem_wait(&sem), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    return 0;
}

static void *thread_posts(void *arg)
{
    EXPECT(!faden_sem_value(&sem), "nobody posted");
    faden_sem_post(&sem);
    usleep(50000);
    faden_sem_post(&sem);
    return NULL;
}

static int thread_comes(void *arg)
{
    pthread_t t;
    EQUAL(pthread_create(&t, NULL, thread_posts, NULL), 0);
    while (!faden_sem_value(&sem))
        faden_yield();
    EQUAL(faden_sem_wait(&sem), 0);
    EQUAL(faden_sem_wait(&sem), 0);
    pthread_join(t, NULL);
    return 0;
}

static int pipe_ends[2];

static void *writes_late(void *arg)
{
    usleep(50000);
    EQUAL(write(pipe_ends[1], "x", 1), 1);
    return NULL;
}

static void *blocks(void *arg)
{
    usleep(50000);
    return arg;
}

/* What comes from outside: a descriptor, a call in the pool. */
static int outside_comes(void *arg)
{
    pthread_t t;
    char c;
    void *result;
    EQUAL(pipe(pipe_ends), 0);
    EQUAL(pthread_create(&t, NULL, writes_late, NULL), 0);
    EQUAL(faden_read(pipe_ends[0], &c, 1), 1);
    EQUAL(faden_blocking(blocks, arg, &result), 0);
    pthread_join(t, NULL);
    faden_close(pipe_ends[0]);
    faden_close(pipe_ends[1]);
    return 0;
}

int main(void)
{
    faden_key key;
    static struct outcome o;
    faden_config with = {.on_deadlock = on_deadlock};
    limit_seconds(40);
    EQUAL(faden_key_create(&key, NULL), 0); /* a thread that makes a key promises nothing */
    EQUAL(faden_key_delete(key), 0);
    EXPECT_PANIC(ring, "deadlock", "ada", "grace", "hedy", "here:10", "a mutex", "the ring: ",
                 "ada (task 2) waits for", "waits for ada", "main", "the end of a task");
    EXPECT_PANIC(alone, "deadlock", "main", "parked", "a semaphore", "faden_run");
    EXPECT_PANIC(for_ever, "deadlock", "a time (faden_sleep)");
    EXPECT_PANIC(closing, "deadlock", "its scope to empty", "a semaphore");
    run_child(&o, with_callback, NULL);
    expect_exit(&o, 0);
    run_child(&o, runs_hopeless, NULL);
    EXPECT(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGABRT, "%s", o.text);
    expect_text(&o, "cannot be ended");
    run_as(timer_comes, NULL, with);
    run_as(outside_comes, NULL, with);
    run_as(thread_comes, NULL, with); /* the last one: threads stay known */
    EQUAL(calls, 0);
    return 0;
}
