/* SPDX-License-Identifier: MIT */
/*
 * faden_blocking: bounded, first come first served, results and errno; jobs that have not begun are
 * withdrawn when their task is ended, others are waited for; the threads end with the run.
 */
#include "test.h"

#include <semaphore.h>

enum { LIMIT = 4, JOBS = 40 };

static int running, order[JOBS], begun;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t hold;

static void *held_in_order(void *arg)
{
    sigset_t set;
    char name[32] = "";
    EQUAL(errno, FD(arg)); /* before calls that succeed, but may set it: sem_wait of musl does */
    pthread_mutex_lock(&lock);
    order[begun] = FD(arg);
    __atomic_add_fetch(&begun, 1, __ATOMIC_RELAXED);
    running++;
    EXPECT(running <= LIMIT, "%d jobs at once", running);
    pthread_mutex_unlock(&lock);
    sem_wait(&hold);
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    EXPECT(sigismember(&set, SIGTERM) && sigismember(&set, SIGALRM), "signals are not blocked");
    pthread_getname_np(pthread_self(), name, sizeof name);
    EXPECT(!strcmp(name, "faden-pool"), "the thread's name is %s", name);
    EXPECT(!faden_self(), "it runs in a task");
    pthread_mutex_lock(&lock);
    running--;
    pthread_mutex_unlock(&lock);
    errno = FD(arg) + 1000;
    return ARG(FD(arg) * 2);
}

static void wait_until_begun(int n)
{
    while (__atomic_load_n(&begun, __ATOMIC_RELAXED) < n)
        EQUAL(faden_sleep(100 * FADEN_USEC), 0);
}

static void *task(void *arg)
{
    void *result = NULL;
    errno = FD(arg);
    EQUAL(faden_blocking(held_in_order, arg, &result), 0);
    EQUAL(errno, FD(arg) + 1000);
    EQUAL(FD(result), FD(arg) * 2);
    return NULL;
}

/* The first ones begin together; each that ends makes room for the next in the queue. */
static int bounded(void *arg)
{
    uint32_t first = 0;
    faden_stats stats;
    faden_scope s;
    begun = 0;
    faden_scope_open(&s);
    for (int i = 0; i < JOBS; i++) {
        scope_go(&s, task, ARG(i));
        faden_yield();
    }
    wait_until_begun(LIMIT);
    EQUAL(faden_stats_get(&stats), 0);
    EQUAL(stats.blocking_threads, LIMIT);
    for (int i = 0; i < LIMIT; i++)
        first |= 1u << order[i];
    EQUAL(first, (1u << LIMIT) - 1);
    for (int i = LIMIT; i < JOBS; i++) {
        sem_post(&hold);
        wait_until_begun(i + 1);
        EQUAL(order[i], i);
    }
    for (int i = 0; i < LIMIT; i++)
        sem_post(&hold);
    return faden_scope_close(&s);
}

/* ---- ended tasks ------------------------------------------------------------------------- */

static void *held_job(void *arg)
{
    __atomic_add_fetch(&begun, 1, __ATOMIC_RELAXED);
    sem_wait(&hold);
    return ARG(FD(arg) + 1);
}

static void *held_task(void *arg)
{
    void *result = NULL;
    int err = faden_blocking(held_job, arg, &result);
    if (!err)
        EQUAL(FD(result), FD(arg) + 1);
    return ARG(err);
}

static int withdrawn(void *arg)
{
    faden_task *t[3 * LIMIT];
    begun = 0;
    for (int i = 0; i < 3 * LIMIT; i++) {
        t[i] = spawn(held_task, ARG(i));
        faden_yield();
    }
    wait_until_begun(LIMIT);
    for (int i = 0; i < 3 * LIMIT; i += 2) /* half of each kind */
        EQUAL(faden_cancel(t[i]), 0);
    for (int i = LIMIT; i < 3 * LIMIT; i += 2)
        EQUAL(FD(join(t[i])), -ECANCELED);
    EQUAL(__atomic_load_n(&begun, __ATOMIC_RELAXED), LIMIT);
    for (int i = 0; i < 2 * LIMIT; i++)
        sem_post(&hold);
    for (int i = 0; i < 3 * LIMIT; i++)
        if (i < LIMIT || i % 2)
            EQUAL(FD(join(t[i])), 0); /* cancelled or not: it was waited for */
    EQUAL(__atomic_load_n(&begun, __ATOMIC_RELAXED), 2 * LIMIT);
    return 0;
}

/* A timeout that comes when the job has begun ends nothing, and says so. */
static sem_t late;

static void *late_job(void *arg)
{
    __atomic_add_fetch(&begun, 1, __ATOMIC_RELAXED);
    sem_wait(&late);
    return arg;
}

static void *let_it_end(void *arg)
{
    wait_until_begun(1);
    sleep_ms(10);
    sem_post(&late);
    return NULL;
}

static int too_late(void *arg)
{
    faden_timeout t;
    void *result = NULL;
    int err;
    begun = 0;
    faden_task *helper = spawn(let_it_end, NULL);
    do { /* unless it comes before */
        faden_timeout_begin(&t, 5 * FADEN_MSEC);
        err = faden_blocking(late_job, ARG(7), &result);
        EQUAL(faden_timeout_end(&t), err);
    } while (err == -ETIMEDOUT);
    EQUAL(err, 0);
    EQUAL(FD(result), 7);
    join(helper);
    return 0;
}

/* The end of a job and a cancellation, as close as can be. */
static void *short_job(void *arg)
{
    for (volatile int i = 0; i < FD(arg); i++)
        ;
    return arg;
}

static void *short_task(void *arg)
{
    return ARG(faden_blocking(short_job, arg, NULL));
}

static int at_the_same_time(void *arg)
{
    int cancelled = 0;
    uint64_t seed = 2;
    for (int i = 0; i < 2000; i++) {
        faden_task *t = spawn(short_task, ARG(random_of(&seed) % 3000));
        yield_times((int)(random_of(&seed) % 3));
        if (i % 3 == 0)
            EQUAL(faden_sleep(random_of(&seed) % 30000), 0);
        EQUAL(faden_cancel(t), 0);
        int err = FD(join(t));
        EXPECT(err == 0 || err == -ECANCELED, "%d", err);
        cancelled += err != 0;
    }
    EXPECT(cancelled > 0 && cancelled < 2000, "%d were cancelled", cancelled);
    return 0;
}

/* Many short ones: nothing is lost. */
static void *many_short(void *arg)
{
    for (int i = 0; i < 200; i++) {
        void *result = NULL;
        EQUAL(faden_blocking(short_job, ARG(i), &result), 0);
        EQUAL(FD(result), i);
    }
    return NULL;
}

static int many(void *arg)
{
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < 20; i++)
        scope_go(&s, many_short, NULL);
    return faden_scope_close(&s);
}

/* A call that goes on is no deadlock, although nothing else will happen. */
static void *sleeps(void *arg)
{
    usleep(20000);
    return NULL;
}

static int alone(void *arg)
{
    EQUAL(faden_blocking(sleeps, NULL, NULL), 0);
    return 0;
}

int main(void)
{
    int (*const tests[])(void *) = {bounded, withdrawn, too_late, at_the_same_time, many, alone};
    limit_seconds(30);
    int before = count_threads();
    sem_init(&hold, 0, 0);
    sem_init(&late, 0, 0);
    for (int route = 0; route < 2; route++)
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
            test_route = route ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
            run_as(tests[i], NULL, (faden_config){.cpus = 1, .blocking_threads = LIMIT});
            expect_threads(before); /* they end with the run */
        }
    EQUAL(faden_blocking(short_job, ARG(3), NULL), 0); /* a plain thread calls it itself */
    expect_threads(before);
    return 0;
}
