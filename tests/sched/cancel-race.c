/* SPDX-License-Identifier: MIT */
/*
 * The cancellation comes with the wake, in all orders: nothing that is handed over is lost. Each
 * wait either has what it waited for, and says 0, or says it was ended and has taken nothing.
 */
#include <faden/chan.h>

#include "test.h"

enum { ROUNDS = 3000, WAITERS = 4 };

static faden_sem sem;
static faden_mutex mutex;
static faden_cond cond;
static faden_chan *chan;
static int got, ended, sum, signalled;

static void *takes_sem(void *arg)
{
    int err = faden_sem_wait(&sem);
    if (!err)
        got++;
    else
        ended++;
    return NULL;
}

static void *receives(void *arg)
{
    int n = -1, err = faden_chan_recv(chan, &n);
    if (!err)
        got++, sum += n;
    else
        ended++;
    EXPECT(err == 0 || n == -1, "a receive that failed wrote %d", n);
    return NULL;
}

static void *sends(void *arg)
{
    int n = (int)(intptr_t)arg;
    if (!faden_chan_send(chan, &n))
        got++;
    else
        ended++;
    return NULL;
}

static void *awaits(void *arg)
{
    faden_mutex_lock(&mutex);
    if (!faden_cond_wait(&cond, &mutex))
        signalled++;
    else
        ended++;
    faden_mutex_unlock(&mutex);
    return NULL;
}

/* Start the waiters, then cancel `n` of them and give `n` times, in a random order, sometimes with
   turns between. */
static void mix(uint64_t *seed, void *(*fn)(void *), void (*give)(void), int given)
{
    faden_task *t[WAITERS];
    int cancelled = 0;
    got = ended = sum = 0;
    for (int i = 0; i < WAITERS; i++)
        t[i] = spawn(fn, (void *)(intptr_t)(i + 1));
    yield_times(2);
    for (int left = given; left || cancelled < WAITERS / 2;) {
        unsigned r = random_of(seed);
        if (r % 4 == 0)
            yield_times(1);
        else if (r % 2 && left)
            give(), left--;
        else if (cancelled < WAITERS / 2)
            faden_cancel(t[(r >> 8) % WAITERS]), cancelled++;
    }
    for (int i = 0; i < WAITERS; i++) {
        yield_times(2);
        faden_cancel(t[i]);
        join(t[i]);
    }
    EQUAL(got + ended, WAITERS);
}

static void post(void)
{
    faden_sem_post(&sem);
}

static int sent;
static void try_send(void)
{
    int n = 1 << sent;
    if (!faden_chan_try_send(chan, &n))
        sent++;
}

static int received;
static void try_recv(void)
{
    int n = 0;
    if (!faden_chan_try_recv(chan, &n)) {
        received++;
        EXPECT(n >= 1 && n <= WAITERS, "%d was never sent", n);
    }
}

static void signal_one(void)
{
    faden_cond_signal(&cond);
}

static int all(void *arg)
{
    uint64_t seed = 3;
    EQUAL(faden_chan_new(&chan, sizeof(int), 0), 0);
    faden_sem_init(&sem, 0);
    for (int i = 0; i < ROUNDS; i++) {
        mix(&seed, takes_sem, post, 3);
        int left = (int)faden_sem_value(&sem);
        EQUAL(got + left, 3); /* each post was taken once or is there still */
        while (faden_sem_try_wait(&sem) == 0)
            ;
        sent = 0;
        mix(&seed, receives, try_send, 3);
        EQUAL(got, sent);
        EQUAL(sum, (1 << sent) - 1);
        received = 0;
        mix(&seed, sends, try_recv, 3);
        EQUAL(got, received);
        signalled = 0;
        mix(&seed, awaits, signal_one, 0);
        EQUAL(signalled, 0);
    }
    EQUAL(faden_mutex_try_lock(&mutex), 0);
    faden_mutex_unlock(&mutex);
    faden_chan_delete(chan);
    return 0;
}

int main(void)
{
    limit_seconds(40);
    run_both(all, NULL);
    return 0;
}
