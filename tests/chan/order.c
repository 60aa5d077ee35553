/* SPDX-License-Identifier: MIT */
/* First in, first out: the elements, and those who wait at either end, for several capacities. */
#include "../sync/test.h"

enum { WAITERS = 8, ELEMENTS = 500 };

static faden_chan *c;
static int got[WAITERS];

static void *send_all(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++)
        EQ(faden_chan_send(c, &i), 0);
    return NULL;
}

static void *send_one(void *arg)
{
    int v = (int)(intptr_t)arg;
    return gives(faden_chan_send(c, &v));
}

static void *recv_one(void *arg)
{
    return gives(faden_chan_recv(c, &got[(intptr_t)arg]));
}

static void elements(void)
{
    int n = ELEMENTS, v;
    faden_task *t = spawn(send_all, &n);
    for (int i = 0; i < n; i++) {
        EQ(faden_chan_recv(c, &v), 0);
        EQ(v, i);
        EXPECT(faden_chan_len(c) <= faden_chan_capacity(c));
        if (i % 37 == 0)
            settle();
    }
    EQ(join(t), 0);
    EQ(faden_chan_len(c), 0);
}

/* Receivers that wait are served in the order of their coming. */
static void receivers(void)
{
    faden_task *t[WAITERS];
    for (intptr_t i = 0; i < WAITERS; i++) {
        got[i] = -1;
        t[i] = spawn(recv_one, (void *)i);
        settle();
    }
    for (int i = 0; i < WAITERS; i++) {
        int v = 100 + i, w = -2;
        EQ(faden_chan_try_send(c, &v), 0);
        EQ(faden_chan_try_recv(c, &w), -EAGAIN); /* it is handed over already */
    }
    for (int i = 0; i < WAITERS; i++) {
        EQ(join(t[i]), 0);
        EQ(got[i], 100 + i);
    }
}

/* Senders that wait are too, behind what lies in the buffer. */
static void senders(void)
{
    faden_task *t[WAITERS];
    int capacity = (int)faden_chan_capacity(c), v = -1;
    for (int i = 0; i < capacity; i++)
        EQ(faden_chan_try_send(c, &i), 0);
    EQ(faden_chan_try_send(c, &v), -EAGAIN);
    for (intptr_t i = 0; i < WAITERS; i++) {
        t[i] = spawn(send_one, (void *)(capacity + i));
        settle();
    }
    EQ(faden_chan_len(c), capacity);
    for (int i = 0; i < capacity + WAITERS; i++) {
        EQ(faden_chan_try_recv(c, &v), 0);
        EQ(v, i);
        int fresh = 7;
        if (i < WAITERS) /* a newcomer does not overtake those who wait */
            EQ(faden_chan_try_send(c, &fresh), -EAGAIN);
    }
    EQ(faden_chan_try_recv(c, &v), -EAGAIN);
    for (int i = 0; i < WAITERS; i++)
        EQ(join(t[i]), 0);
}

static int start(void *arg)
{
    static const size_t capacities[] = {0, 1, 2, 7, 64, 1000};
    (void)arg;
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        EQ(faden_chan_new(&c, sizeof(int), capacities[i]), 0);
        EQ(faden_chan_capacity(c), capacities[i]);
        EQ(faden_chan_len(c), 0);
        elements();
        receivers();
        senders();
        faden_chan_delete(c);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
