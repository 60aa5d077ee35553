/* SPDX-License-Identifier: MIT */
/*
 * Two runs at once, on two threads: a task of one waits for the other's, which is no deadlock; they
 * cancel each other's tasks at the same time; when one run is over, the other one's deadlock shows.
 */
#include <faden/chan.h>

#include "test.h"

enum { MESSAGES = 2000, ROUNDS = 300 };

static faden_chan *ping, *pong;
static pthread_barrier_t meet; /* both runs go on */
static int deadlocks;

static void on_deadlock(const char *report)
{
    __atomic_fetch_add(&deadlocks, 1, __ATOMIC_RELAXED);
}

static int serves(void *arg)
{
    int n;
    pthread_barrier_wait(&meet);
    while (faden_chan_recv(ping, &n) == 0) {
        if (n % 500 == 0) /* long enough for the other one to idle */
            EQUAL(faden_sleep(3 * FADEN_MSEC), 0);
        n = -n;
        EQUAL(faden_chan_send(pong, &n), 0);
    }
    return 0;
}

static int asks(void *arg)
{
    pthread_barrier_wait(&meet);
    for (int i = 0; i < MESSAGES; i++) {
        int n = i;
        EQUAL(faden_chan_send(ping, &n), 0);
        EQUAL(faden_chan_recv(pong, &n), 0);
        EQUAL(n, -i);
    }
    faden_chan_close(ping);
    return 0;
}

/* Each publishes a task and cancels the other one's. */
static faden_task *tasks[2];

static void *waits(void *arg)
{
    return (void *)(intptr_t)faden_sleep(FADEN_FOREVER);
}

static int cancels(void *arg)
{
    int me = (int)(intptr_t)arg;
    for (int i = 0; i < ROUNDS; i++) {
        tasks[me] = spawn(waits, NULL);
        if (i % 2)
            faden_yield();
        pthread_barrier_wait(&meet);
        EQUAL(faden_cancel(tasks[!me]), 0);
        EQUAL((intptr_t)join(tasks[me]), -ECANCELED);
        pthread_barrier_wait(&meet);
    }
    return 0;
}

static faden_sem never;

static int leaves(void *arg)
{
    pthread_barrier_wait(&meet);
    return faden_sleep(20 * FADEN_MSEC);
}

static int is_left(void *arg)
{
    pthread_barrier_wait(&meet);
    EQUAL(faden_sem_wait(&never), -EDEADLK);
    return 0;
}

struct start {
    int (*fn)(void *);
    void *arg;
};

static void *runs(void *arg)
{
    const struct start *s = arg;
    run_as(s->fn, s->arg, (faden_config){.on_deadlock = on_deadlock});
    return NULL;
}

static void both(int (*a)(void *), int (*b)(void *))
{
    struct start s[2] = {{a, (void *)0}, {b, (void *)1}};
    pthread_t t[2];
    for (int i = 0; i < 2; i++)
        EQUAL(pthread_create(&t[i], NULL, runs, &s[i]), 0);
    for (int i = 0; i < 2; i++)
        EQUAL(pthread_join(t[i], NULL), 0);
}

static void one_is_left(void *arg)
{
    struct start first = {leaves, NULL}, second = {is_left, NULL};
    pthread_t t; /* while there is any other thread, it might help */
    EQUAL(pthread_create(&t, NULL, runs, &first), 0);
    EQUAL(pthread_detach(t), 0);
    runs(&second);
    EQUAL(deadlocks, 1);
}

int main(void)
{
    static struct outcome o;
    limit_seconds(40);
    EQUAL(pthread_barrier_init(&meet, NULL, 2), 0);
    if (!UNDER_TSAN) { /* a child that makes a thread has two of TSan's own: they might help */
        run_child(&o, one_is_left, NULL); /* it says what it found */
        expect_exit(&o, 0);
        expect_text(&o, "a semaphore");
    }
    for (int i = 0; i < 2; i++) {
        test_route = i ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        EQUAL(faden_chan_new(&ping, sizeof(int), 0), 0);
        EQUAL(faden_chan_new(&pong, sizeof(int), 0), 0);
        both(serves, asks);
        faden_chan_delete(ping);
        faden_chan_delete(pong);
        both(cancels, cancels);
    }
    EQUAL(deadlocks, 0);
    return 0;
}
