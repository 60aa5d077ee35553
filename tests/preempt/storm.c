/* SPDX-License-Identifier: MIT */
/*
 * usage: preempt-storm [SECONDS]
 * All tasks are preemptible and the slice is the shortest there is, while they use channels,
 * mutexes, conditions, timers, scopes and cancellation, descriptors, and spawn others: on one cpu
 * and on two. What they count must come out even, and no call may give -EINTR.
 */
#include "test.h"

enum { PAIRS = 8, LOCKERS = 8 };

static bool stop;
static faden_chan *chan;
static faden_mutex mutex;
static faden_cond cond;
static uint64_t sent, received, inside, locked;

static void work(unsigned n)
{
    for (volatile unsigned i = 0; i < n; i++)
        ;
}

static void *sends(void *arg)
{
    uint64_t seed = (uintptr_t)arg, n = 0;
    while (!LOAD(stop)) {
        EQUAL(faden_chan_send(chan, &n), 0);
        __atomic_fetch_add(&sent, 1, __ATOMIC_RELAXED);
        work(random_of(&seed) % 3000);
        n++;
    }
    return NULL;
}

static void *receives(void *arg)
{
    uint64_t seed = (uintptr_t)arg, n;
    int err;
    while ((err = faden_chan_recv(chan, &n)) == 0) {
        __atomic_fetch_add(&received, 1, __ATOMIC_RELAXED);
        work(random_of(&seed) % 3000);
    }
    EQUAL(err, -EPIPE);
    return NULL;
}

static void *locks(void *arg)
{
    uint64_t seed = (uintptr_t)arg;
    while (!LOAD(stop)) {
        faden_mutex_lock(&mutex);
        EQUAL(inside, 0);
        inside = 1;
        work(random_of(&seed) % 3000);
        if (random_of(&seed) % 8 == 0) {
            faden_timeout t;
            int err;
            inside = 0;
            faden_timeout_begin(&t, 50 * FADEN_USEC);
            err = faden_cond_wait(&cond, &mutex);
            faden_timeout_end(&t);
            EXPECT(err == 0 || err == -ETIMEDOUT, "%d", err);
            EQUAL(inside, 0);
            inside = 1;
        }
        locked++;
        inside = 0;
        faden_cond_signal(&cond);
        faden_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *adds(void *arg)
{
    work(2000);
    __atomic_fetch_add((uint64_t *)arg, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *spawns(void *arg)
{
    while (!LOAD(stop)) {
        uint64_t n = 0;
        faden_scope s;
        faden_scope_open(&s);
        for (int i = 0; i < 20; i++)
            EQUAL(faden_scope_spawn(&s, NULL, adds, &n, &preemptible), 0);
        EQUAL(faden_scope_close(&s), 0);
        EQUAL(n, 20);
    }
    return arg;
}

static void *waits(void *arg)
{
    return (void *)(intptr_t)faden_sleep(*(int64_t *)arg);
}

static void *cancels(void *arg)
{
    int64_t ever = 1000 * FADEN_SEC;
    while (!LOAD(stop)) {
        faden_task *t = spawn_preemptible(waits, &ever);
        work(3000);
        faden_cancel(t);
        EQUAL((intptr_t)join(t), -ECANCELED);
    }
    return arg;
}

static void *reads(void *arg)
{
    char c;
    for (;;) {
        ssize_t n = faden_read(((int *)arg)[0], &c, 1);
        if (n == 0)
            return NULL;
        EQUAL(n, 1);
        work(1000);
    }
}

static void *writes(void *arg)
{
    while (!LOAD(stop))
        EQUAL(faden_write(((int *)arg)[1], "x", 1), 1);
    faden_close(((int *)arg)[1]);
    return NULL;
}

static int play(void *arg)
{
    faden_scope tasks, receivers;
    int fd[2];
    EQUAL(pipe(fd), 0);
    STORE(stop, false);
    sent = received = locked = inside = 0;
    EQUAL(faden_chan_new(&chan, sizeof(uint64_t), 4), 0);
    faden_scope_open(&receivers);
    faden_scope_open(&tasks);
#define GO(scope, fn, arg) \
    EQUAL(faden_scope_spawn(&scope, NULL, fn, (void *)(uintptr_t)(arg), &preemptible), 0)
    for (int i = 0; i < PAIRS; i++) {
        GO(tasks, sends, i);
        GO(receivers, receives, i);
    }
    for (int i = 0; i < LOCKERS; i++)
        GO(tasks, locks, i);
    GO(tasks, spawns, 0);
    GO(tasks, cancels, 0);
    GO(tasks, reads, fd);
    GO(tasks, writes, fd);
    for (int64_t end = faden_now() + *(int64_t *)arg; faden_now() < end;)
        EQUAL(faden_sleep(5 * FADEN_MSEC), 0);
    STORE(stop, true);
    EQUAL(faden_scope_close(&tasks), 0);
    EQUAL(faden_chan_close(chan), 0);
    EQUAL(faden_scope_close(&receivers), 0);
    EQUAL(sent, received);
    EXPECT(locked > 0 && sent > 0, "nothing happened");
    faden_chan_delete(chan);
    close(fd[0]);
    return 0;
}

int main(int argc, char **argv)
{
    int64_t ns = (int64_t)((argc > 1 ? atof(argv[1]) : 1) * (double)FADEN_SEC);
    require_preemption();
    limit_seconds(100 + 2 * (unsigned)(ns / FADEN_SEC));
    for (unsigned cpus = 1; cpus <= 2; cpus++)
        run_as(play, &ns, (faden_config){.cpus = cpus, .time_slice = 100 * FADEN_USEC});
    return 0;
}
