/* SPDX-License-Identifier: MIT */
/*
 * While one cpu is alone its locks cost no atomics; several plain threads that come at once, in the
 * middle of everything, end that, and exclusion holds throughout. Each round is a new process.
 */
#include "test.h"

enum { TASKS = 8, THREADS = 3 };

static faden_mutex m;
static faden_chan *c;
static faden_sem s;
static uint64_t counter, by_threads, by_tasks;
static bool stop;

static void touch(uint64_t *count)
{
    void *v = &m;
    faden_mutex_lock(&m);
    counter++;
    ++*count;
    faden_mutex_unlock(&m);
    faden_sem_post(&s);
    EQ(faden_sem_wait(&s), 0);
    EQ(faden_chan_send(c, &v), 0);
    EQ(faden_chan_recv(c, &v), 0);
    EXPECT(v == &m);
}

static void *nothing(void *arg)
{
    return arg;
}

static void *task(void *arg)
{
    (void)arg;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        touch(&by_tasks);
        EQ(join(spawn(nothing, NULL)), 0);
        faden_yield();
    }
    return NULL;
}

static void *intruder(void *arg)
{
    uint64_t mine = 0;
    for (uint32_t n = *(uint32_t *)arg; n; n--)
        __asm__ volatile("");
    for (int i = 0; i < 200; i++)
        touch(&mine);
    __atomic_fetch_add(&by_threads, mine, __ATOMIC_SEQ_CST);
    return NULL;
}

static int start(void *arg)
{
    pthread_t t[THREADS];
    uint32_t delay = *(uint32_t *)arg;
    EQ(faden_chan_new(&c, sizeof(void *), TASKS + THREADS), 0);
    for (int i = 0; i < TASKS; i++)
        EQ(faden_go(task, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        t[i] = thread(intruder, &delay);
    UNTIL(__atomic_load_n(&by_threads, __ATOMIC_SEQ_CST) == THREADS * 200);
    stop = true;
    for (int i = 0; i < THREADS; i++)
        thread_end(t[i]);
    settle();
    EQ(faden_sem_value(&s), 0);
    EQ(faden_chan_len(c), 0);
    return 0;
}

static void once(void *delay)
{
    run_as(start, delay, (faden_config){0});
    EQ(counter, by_threads + by_tasks);
}

int main(void)
{
    static char said[4096];
    uint64_t seed = 11;
    limit_seconds(100);
    for (int i = 0; i < rounds(300); i++) {
        uint32_t delay = below(&seed, 30000);
        int status = child(once, &delay, said, sizeof said);
        if (status) {
            fprintf(stderr, "round %d: status %#x: %s\n", i, (unsigned)status, said);
            return 1;
        }
    }
    return 0;
}
