/* SPDX-License-Identifier: MIT */
/*
 * Close, in every order: what is in the buffer is still received, waiting senders have sent
 * nothing, a hand-over before the close counts, and so does a cancellation before it.
 */
#include "../sync/test.h"

enum { N = 5 };

static faden_chan *c;
static int got[N];

static void *send_one(void *arg)
{
    int v = (int)(intptr_t)arg;
    return gives(faden_chan_send(c, &v));
}

static void *recv_one(void *arg)
{
    return gives(faden_chan_recv(c, &got[(intptr_t)arg]));
}

static void closed_for_good(void)
{
    int v = 3;
    EQ(faden_chan_close(c), -EPIPE);
    EQ(faden_chan_send(c, &v), -EPIPE);
    EQ(faden_chan_try_send(c, &v), -EPIPE);
    EQ(faden_chan_recv(c, &v), -EPIPE);
    EQ(faden_chan_try_recv(c, &v), -EPIPE);
    EQ(v, 3);
    EQ(faden_chan_len(c), 0);
    faden_chan_delete(c);
}

static void with_senders(size_t capacity)
{
    faden_task *t[N];
    int v;
    EQ(faden_chan_new(&c, sizeof v, capacity), 0);
    for (intptr_t i = 0; i < (intptr_t)capacity; i++)
        EQ(faden_chan_try_send(c, &(int){(int)i}), 0);
    for (intptr_t i = 0; i < N; i++) {
        t[i] = spawn(send_one, (void *)(100 + i));
        settle();
    }
    EQ(faden_chan_recv(c, &v), 0); /* the first sender is served, before the close */
    EQ(v, capacity ? 0 : 100);
    faden_cancel(t[1]);
    EQ(faden_chan_close(c), 0);
    faden_cancel(t[2]); /* too late */
    EQ(faden_chan_len(c), capacity);
    for (int i = 1; i < (int)capacity + 1 && capacity; i++) {
        EQ(i % 2 ? faden_chan_recv(c, &v) : faden_chan_try_recv(c, &v), 0);
        EQ(v, i < (int)capacity ? i : 100);
    }
    EQ(join(t[0]), 0);
    EQ(join(t[1]), -ECANCELED);
    for (int i = 2; i < N; i++)
        EQ(join(t[i]), -EPIPE);
    closed_for_good();
}

static void with_receivers(size_t capacity)
{
    faden_task *t[N];
    int v = 55;
    EQ(faden_chan_new(&c, sizeof v, capacity), 0);
    for (intptr_t i = 0; i < N; i++) {
        got[i] = -1;
        t[i] = spawn(recv_one, (void *)i);
        settle();
    }
    faden_cancel(t[0]);
    EQ(faden_chan_send(c, &v), 0); /* for the second */
    EQ(faden_chan_close(c), 0);
    faden_cancel(t[1]);
    faden_cancel(t[3]);
    EQ(join(t[0]), -ECANCELED);
    EQ(join(t[1]), 0);
    EQ(got[1], 55);
    for (int i = 2; i < N; i++)
        EQ(join(t[i]), -EPIPE);
    for (int i = 0; i < N; i++)
        EXPECT(i == 1 || got[i] == -1);
    closed_for_good();
}

static uint32_t entered;

static void *recv_in_thread(void *arg)
{
    int v;
    (void)arg;
    __atomic_fetch_add(&entered, 1, __ATOMIC_SEQ_CST);
    return gives(faden_chan_recv(c, &v));
}

static void with_threads(void)
{
    pthread_t t[N];
    entered = 0;
    EQ(faden_chan_new(&c, sizeof(int), 0), 0);
    for (int i = 0; i < N; i++)
        t[i] = thread(recv_in_thread, NULL);
    UNTIL(__atomic_load_n(&entered, __ATOMIC_SEQ_CST) == N);
    EQ(faden_sleep(FADEN_MSEC), 0);
    EQ(faden_chan_close(c), 0);
    for (int i = 0; i < N; i++)
        EQ(thread_end(t[i]), -EPIPE);
    closed_for_good();
}

static int start(void *arg)
{
    (void)arg;
    for (size_t capacity = 0; capacity < 4; capacity++) {
        with_senders(capacity);
        with_receivers(capacity);
    }
    EQ(faden_chan_new(&c, sizeof(int), 2), 0);
    EQ(faden_chan_close(c), 0);
    closed_for_good();
    with_threads();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
