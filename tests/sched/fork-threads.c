/* SPDX-License-Identifier: MIT */
/*
 * The child of a process with threads, and of one without, has a thread of its own that ends a
 * wait: that is no deadlock, whatever threads a tool has there. Without that thread it is one.
 */
#include "test.h"

__attribute__((visibility("default"))) const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0"; /* in a child with threads */
}

static faden_sem sem;
static bool stop;

static void *idles(void *arg)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        usleep(1000);
    return arg;
}

/* When the cpu sleeps, most likely. */
static void *posts(void *arg)
{
    usleep(100000);
    faden_sem_post(&sem);
    return arg;
}

static int helped(void *arg)
{
    pthread_t t;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr,
                              32 << 20); /* else it may get the place, and the number, of a
                                            thread of the parent, which ThreadSanitizer remembers */
    EQUAL(pthread_create(&t, &attr, posts, arg), 0);
    pthread_attr_destroy(&attr);
    EQUAL(faden_sem_wait(&sem), 0);
    EQUAL(pthread_join(t, NULL), 0);
    return 0;
}

static int on_its_own(void *arg)
{
    return faden_sem_wait(&sem);
}

static void child(void *fn)
{
    run_as((int (*)(void *))fn, NULL, (faden_config){.cpus = 1});
    _exit(3);
}

static void children(void)
{
    static struct outcome o;
    run_child(&o, child, (void *)helped);
    expect_exit(&o, 3);
    run_child(&o, child, (void *)on_its_own);
    EXPECT(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGABRT, "%s", o.text);
    expect_text(&o, "deadlock: every task waits");
}

static int nothing(void *arg)
{
    return 0;
}

int main(void)
{
    pthread_t t;
    if (getenv("FADEN_TEST_EMULATED"))
        SKIP("qemu cannot start a thread in the child of a program with threads");
    limit_seconds(60);
    children();
    EQUAL(pthread_create(&t, NULL, idles, NULL), 0);
    children();
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    EQUAL(pthread_join(t, NULL), 0);
    children();
    run(nothing, NULL);
    children();
    return 0;
}
