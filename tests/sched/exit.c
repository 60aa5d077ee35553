/* SPDX-License-Identifier: MIT */
/* The program ends, or a thread, while tasks run; and runs that begin at odd moments. */
#include "test.h"

static faden_sem never;
static faden_chan *c;

static void *waits(void *arg)
{
    return (void *)(intptr_t)faden_sem_wait(&never);
}

static void *spins(void *arg)
{
    while (!arg)
        faden_yield();
    return arg;
}

static void *blocks(void *arg)
{
    usleep(100000000);
    return arg;
}

static void *in_pool(void *arg)
{
    return (void *)(intptr_t)faden_blocking(blocks, NULL, NULL);
}

static void said(void)
{
    fprintf(stderr, "at exit");
}

static void start_all(void)
{
    for (int i = 0; i < 20; i++) {
        go(waits, NULL);
        go(spins, NULL);
        go(in_pool, NULL);
    }
    EQUAL(faden_chan_new(&c, 1, 0), 0);
    yield_times(50);
}

static int exits(void *arg)
{
    start_all();
    exit(3);
}

static void *exits_in_task(void *arg)
{
    yield_times(5);
    exit(4);
}

static int task_exits(void *arg)
{
    start_all();
    join(spawn(exits_in_task, NULL));
    return 0;
}

static unsigned cpus;

static void run_it(void *fn)
{
    atexit(said);
    EQUAL(faden_run((int (*)(void *))fn, NULL, &(faden_config){.cpus = cpus}, NULL), 0);
}

static uint32_t started;

static int starts(void *arg)
{
    start_all();
    __atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
    return (int)(intptr_t)waits(NULL);
}

static void *runs(void *arg)
{
    EQUAL(faden_run(starts, NULL, arg, NULL), 0);
    return NULL;
}

/* The main thread ends while the run goes on in another one. */
static void main_returns(void *arg)
{
    pthread_t t;
    atexit(said);
    EQUAL(pthread_create(&t, NULL, runs, arg), 0);
    while (!__atomic_load_n(&started, __ATOMIC_SEQ_CST))
        usleep(100);
    exit(5);
}

/* ---- a thread ends ------------------------------------------------------------------------------
 */

UNUSED static int ends_thread(void *arg)
{
    pthread_exit(NULL);
}

/* ---- odd moments --------------------------------------------------------------------------------
 */

static void *nothing(void *arg)
{
    return arg;
}

static int short_run(void *arg)
{
    for (int i = 0; i < 10; i++)
        join(spawn(nothing, arg));
    return 0;
}

static void run_now(void)
{
    run(short_run, NULL);
}

static void run_at_exit(void *arg)
{
    run_now();
    atexit(run_now);
    exit(6);
}

static pthread_key_t key;
static int destroyed;

static void destroy(void *arg)
{
    run_now();
    destroyed++;
}

static void *leaves_value(void *arg)
{
    run_now();
    EQUAL(pthread_setspecific(key, arg), 0);
    return NULL;
}

static void run_in_destructor(void)
{
    pthread_t t;
    EQUAL(pthread_key_create(&key, destroy), 0);
    EQUAL(pthread_create(&t, NULL, leaves_value, &key), 0);
    EQUAL(pthread_join(t, NULL), 0);
    EQUAL(destroyed, 1);
}

#if !UNDER_TSAN /* it gives up where a process has had two flows, forks, and makes a thread */
__attribute__((constructor)) static void run_before_main(void)
{
    run_now();
}
#endif

int main(void)
{
    static struct outcome o;
    faden_config two = {.cpus = 2};
    limit_seconds(60);
    for (cpus = 1; cpus <= 2; cpus++) {
        run_child(&o, run_it, (void *)exits);
        expect_exit(&o, 3);
        expect_text(&o, "at exit");
        run_child(&o, run_it, (void *)task_exits);
        expect_exit(&o, 4);
        expect_text(&o, "at exit");
    }
    for (int i = 0; i < 2; i++) {
        run_child(&o, main_returns, i ? &two : NULL);
        expect_exit(&o, 5);
        expect_text(&o, "at exit");
    }
#if !SANITIZED /* they do not follow a thread that leaves the stack of a task */
    EXPECT_PANIC(ends_thread,
                 "a thread ended within faden_run: was pthread_exit called in a task?");
#endif
    run_child(&o, run_at_exit, NULL);
    expect_exit(&o, 6);
    run_in_destructor();
    return 0;
}
