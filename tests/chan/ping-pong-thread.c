/* SPDX-License-Identifier: MIT */
/* A task and a plain thread hand an element to and fro 100,000 times: no wake is lost. */
#include "../sync/test.h"

enum { ROUNDS = 100000 };

static faden_chan *ping, *pong;

static void *answer(void *arg)
{
    int64_t v[2];
    (void)arg;
    while (faden_chan_recv(ping, v) == 0) {
        v[1] = -v[0];
        EQ(faden_chan_send(pong, v), 0);
        v[0] = v[1] = 0x5555; /* the frame may be gone as soon as they have it */
    }
    return NULL;
}

static int start(void *arg)
{
    int n = rounds(*(int *)arg);
    pthread_t t = thread(answer, NULL);
    for (int64_t i = 0; i < n; i++) {
        int64_t v[2] = {i, 1};
        EQ(faden_chan_send(ping, v), 0);
        v[0] = -1;
        EQ(faden_chan_recv(pong, v), 0);
        EXPECT(v[0] == i && v[1] == -i);
    }
    EQ(faden_chan_close(ping), 0);
    EQ(thread_end(t), 0);
    return 0;
}

int main(void)
{
    int n = ROUNDS;
    faden_mutex m = FADEN_MUTEX_INIT;
    limit_seconds(100);
    faden_mutex_lock(
        &m); /* a plain thread uses faden: from now on, that all tasks wait is no deadlock */
    faden_mutex_unlock(&m);
    for (size_t capacity = 0; capacity < 2; capacity++) {
        EQ(faden_chan_new(&ping, 2 * sizeof(int64_t), capacity), 0);
        EQ(faden_chan_new(&pong, 2 * sizeof(int64_t), capacity), 0);
        run_as(start, &n, (faden_config){.route = (faden_route)capacity});
        faden_chan_delete(ping);
        faden_chan_delete(pong);
        n /= 4;
    }
    return 0;
}
