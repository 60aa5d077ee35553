/* SPDX-License-Identifier: MIT */
/*
 * A broadcast wakes all that wait, each once, in order, whichever of them were ended just before,
 * and none that comes later; waiters are tasks and plain threads.
 */
#include "test.h"

#include "sched/park.h"

enum { N = 6 };

static faden_mutex m;
static faden_cond cond;
static int order[N], woken, waiting;

static void *waiter(void *i)
{
    faden_mutex_lock(&m);
    waiting++;
    int err = faden_cond_wait(&cond, &m);
    if (!err)
        order[woken++] = (int)(intptr_t)i;
    faden_mutex_unlock(&m);
    return gives(err);
}

static void wait_for(int n)
{
    for (;;) {
        faden_mutex_lock(&m);
        int now = waiting;
        faden_mutex_unlock(&m);
        if (now == n)
            break;
        faden_sleep(50 * FADEN_USEC);
    }
}

/* Those in `cancelled` are cancelled before the broadcast, those in `late` after it. */
static void once(unsigned cancelled, unsigned late, unsigned threads)
{
    faden_task *t[N];
    pthread_t p[N];
    int expected = 0;
    woken = waiting = 0;
    for (intptr_t i = 0; i < N; i++) {
        if (threads >> i & 1)
            p[i] = thread(waiter, (void *)i);
        else
            t[i] = spawn(waiter, (void *)i);
        wait_for((int)i + 1);
    }
    for (int i = 0; i < N; i++)
        if (cancelled & ~threads & 1u << i)
            faden_cancel(t[i]);
    faden_cond_broadcast(&cond);
    for (int i = 0; i < N; i++)
        if (late & ~threads & 1u << i)
            faden_cancel(t[i]);
    EXPECT(!cond.waiters.first);
    for (int i = 0; i < N; i++)
        if (!(threads >> i & 1))
            EQ(join(t[i]), cancelled >> i & 1 ? -ECANCELED : 0);
    for (int i = 0; i < N; i++) /* now: while this waits, no task runs that may hold the mutex */
        if (threads >> i & 1)
            EQ(thread_end(p[i]), 0);
    for (int i = 0; i < N && !threads; i++)
        if (!(cancelled >> i & 1))
            EQ(order[expected++], i);
    EQ(woken, N - __builtin_popcount(cancelled & ~threads));
    faden_cond_destroy(&cond);
    faden_mutex_destroy(&m);
}

static int start(void *arg)
{
    (void)arg;
    for (unsigned set = 0; set < 1u << N; set++)
        once(set, ~set & 0x15, 0);
    return 0;
}

static int with_threads(void *arg)
{
    (void)arg;
    for (unsigned set = 0; set < 1u << N; set += 5)
        once(set, 0x2a, 0x16);
    return 0;
}

int main(void)
{
    limit_seconds(40);
    run_both(start, NULL);
    run_both(with_threads, NULL);
    return 0;
}
