/* SPDX-License-Identifier: MIT */
/*
 * Two runs in two threads share descriptors: who waits in one is woken by the poller of the other,
 * closing is agreed on, and when a run ends, what its poller watched goes on in the other.
 */
#include "test.h"

enum { READERS = 4, BYTES = 20000 };

static int fds[2];
static int total, ready_runs;

static void *reader(void *arg)
{
    char buf[3];
    ssize_t n;
    while ((n = faden_read(fds[0], buf, sizeof buf)) > 0)
        __atomic_add_fetch(&total, (int)n, __ATOMIC_RELAXED);
    EXPECT(n == 0 || n == -EBADF, "%zd", n);
    return NULL;
}

static void meet(int n)
{
    __atomic_add_fetch(&ready_runs, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&ready_runs, __ATOMIC_RELAXED) < n)
        sleep_ms(1);
}

static int read_together(void *arg)
{
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < READERS; i++)
        scope_go(&s, reader, NULL);
    faden_yield();
    meet(2);
    if (arg) {
        for (int i = 0; i < BYTES; i++) {
            EQUAL(faden_write(fds[1], "x", 1), 1);
            if (i % 64 == 0)
                EQUAL(faden_sleep(FADEN_USEC), 0);
        }
        EQUAL(faden_close(fds[1]), 0);
    }
    return faden_scope_close(&s);
}

/* ---- closing while the other run uses it ------------------------------------------------- */

static int closings;

static int close_together(void *arg)
{
    faden_scope s;
    meet(2);
    faden_scope_open(&s);
    for (int i = 0; i < READERS; i++)
        scope_go(&s, reader, NULL);
    for (volatile int i = 0; i < 1000 * (closings % 7); i++)
        ;
    if (closings % 3)
        faden_yield();
    int err = faden_close(fds[0]);
    EXPECT(err == 0 || err == -EBADF, "%d", err);
    if (!err)
        __atomic_add_fetch(&closings, 1, __ATOMIC_RELAXED);
    return faden_scope_close(&s);
}

/* ---- a run ends ------------------------------------------------------------------------- */

static void *one_byte(void *arg)
{
    char c;
    return ARG(faden_read(fds[0], &c, 1));
}

/* The first run registers the descriptor, waits for a byte, and ends. */
static int first(void *arg)
{
    faden_task *t = spawn(one_byte, NULL);
    sleep_ms(1);
    meet(1);
    EQUAL(FD(join(t)), 1);
    return 0;
}

static int second(void *arg)
{
    while (!__atomic_load_n(&ready_runs, __ATOMIC_RELAXED))
        sleep_ms(1);
    faden_task *t = spawn(one_byte, NULL);
    sleep_ms(2); /* waits, registered with the poller of the other run */
    EQUAL(faden_write(fds[1], "x", 1), 1);
    EQUAL(pthread_join(*(pthread_t *)arg, NULL), 0); /* that run is over */
    sleep_ms(1);
    EQUAL(faden_write(fds[1], "y", 1), 1);
    EQUAL(FD(join(t)), 1);
    return 0;
}

static int (*thread_fn)(void *);

static void *run_thread(void *arg)
{
    int result = -1;
    EQUAL(faden_run(thread_fn, arg, NULL, &result), 0);
    EQUAL(result, 0);
    return NULL;
}

static void two(int (*a)(void *), void *a_arg, int (*b)(void *), void *b_arg)
{
    pthread_t t;
    ready_runs = 0;
    thread_fn = a;
    EQUAL(pthread_create(&t, NULL, run_thread, a_arg), 0);
    run(b, b_arg ? b_arg : &t);
    if (b_arg)
        EQUAL(pthread_join(t, NULL), 0);
}

int main(void)
{
    limit_seconds(40);
    for (int i = 0; i < 4; i++) {
        EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
        total = 0;
        two(read_together, NULL, read_together, "writes");
        EQUAL(total, BYTES);
        EQUAL(faden_close(fds[0]), 0);
    }
    for (int i = 0; i < 100; i++) {
        EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
        closings = 0;
        two(close_together, NULL, close_together, "");
        EQUAL(closings, 1);
        EQUAL(faden_close(fds[1]), 0);
    }
    for (int i = 0; i < 5; i++) {
        EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
        two(first, NULL, second, NULL);
        EQUAL(faden_close(fds[0]), 0);
        EQUAL(faden_close(fds[1]), 0);
    }
    return 0;
}
