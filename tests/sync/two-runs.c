/* SPDX-License-Identifier: MIT */
/*
 * The tasks of two runs, each on its own thread, use the same objects. A run whose tasks all wait
 * is no deadlock while another run goes on; once that has ended, it is.
 */
#include "test.h"

enum { ROUNDS = 20000 };

static faden_chan *to[2];
static faden_mutex m;
static faden_cond turn;
static faden_sem sem;
static uint32_t counter, whose;
static pthread_barrier_t both; /* both runs have begun */

static int play(void *arg)
{
    uintptr_t me = (uintptr_t)arg;
    pthread_barrier_wait(&both);
    for (int i = 0; i < rounds(ROUNDS); i++) {
        int v = i;
        if (me == 0)
            EQ(faden_chan_send(to[1], &v), 0);
        EQ(faden_chan_recv(to[me], &v), 0);
        EQ(v, i);
        if (me == 1)
            EQ(faden_chan_send(to[0], &v), 0);
        faden_mutex_lock(&m);
        counter++;
        if (i % 8 == 0) {
            while (whose != me)
                EQ(faden_cond_wait(&turn, &m), 0);
            whose = !me;
            faden_cond_signal(&turn);
        }
        faden_mutex_unlock(&m);
    }
    return 0;
}

static void *run_player(void *arg)
{
    run_as(play, arg, (faden_config){0});
    return NULL;
}

static int post_late(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&both);
    EQ(faden_sleep(20 * FADEN_MSEC), 0);
    faden_sem_post(&sem);
    return 0;
}

static int wait_long(void *arg)
{
    if (arg)
        pthread_barrier_wait(&both);
    return faden_sem_wait(&sem);
}

static void *run_poster(void *arg)
{
    run_as(post_late, arg, (faden_config){0});
    return NULL;
}

static void *run_waiter(void *arg)
{
    run_as(wait_long, arg, (faden_config){0});
    return NULL;
}

static void wait_in_vain(void *arg)
{
    (void)arg;
    thread(run_poster, NULL);
    run_as(wait_long, &both, (faden_config){0}); /* gets that of the other run */
    run_as(wait_long, NULL, (faden_config){0});  /* nobody will post */
}

int main(void)
{
    static char said[65536];
    int status;
    limit_seconds(60);
    EQ(pthread_barrier_init(&both, NULL, 2), 0);
    if (!UNDER_TSAN) { /* a child that makes a thread has two of TSan's own: they might help */
        status = child(wait_in_vain, NULL, said, sizeof said);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        EXPECT(strstr(said, "faden: deadlock"));
    }
    for (int i = 0; i < 2; i++)
        EQ(faden_chan_new(&to[i], sizeof(int), (size_t)i), 0);
    pthread_t a = thread(run_player, (void *)0), b = thread(run_player, (void *)1);
    thread_end(a);
    thread_end(b);
    EQ(counter, 2 * rounds(ROUNDS));
    a = thread(run_waiter, &both);
    b = thread(run_poster, NULL);
    thread_end(a);
    thread_end(b);
    return 0;
}
