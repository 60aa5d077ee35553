/* SPDX-License-Identifier: MIT */
/*
 * faden_close while tasks wait on the descriptor, in every call and on every kind: they get -EBADF,
 * the close comes back when they have left, and a second one, or a call in between, gives -EBADF.
 */
#include "waits.h"

struct blocked {
    struct waiting *w;
    const struct wait_call *call;
    int left; /* set when the call has come back */
};

static void *block(void *arg)
{
    struct blocked *b = arg;
    int result = b->call->call(b->w);
    b->left++;
    return ARG(result);
}

static int closes;

static void *close_it(void *arg)
{
    int result = faden_close(FD(arg));
    closes++;
    return ARG(result);
}

static void from_task(struct waiting *w, const struct wait_call *call)
{
    struct blocked b = {w, call, 0};
    int n = call->set_up == CONNECTS ? 1 : 2; /* a second connect gives EALREADY */
    faden_task *tasks[2];
    char byte;
    for (int i = 0; i < n; i++)
        tasks[i] = spawn(block, &b);
    sleep_ms(1);
    EXPECT(!b.left, "%s did not wait", w->name);
    closes = 0;
    faden_task *closer = spawn(close_it, ARG(w->fd));
    while (!closes && b.left < n) { /* it is being closed */
        faden_yield();
        if (closes || b.left)
            break;
        EQUAL(faden_read(w->fd, &byte, 1), -EBADF);
        EQUAL(faden_write(w->fd, &byte, 1), -EBADF);
        EQUAL(faden_close(w->fd), -EBADF);
    }
    EQUAL(FD(join(closer)), 0);
    EQUAL(b.left, n);
    for (int i = 0; i < n; i++)
        EXPECT(FD(join(tasks[i])) == -EBADF, "%s does not give -EBADF", w->name);
    EQUAL(fcntl(w->fd, F_GETFD), -1);
}

/* The closer waits for a call that goes on. */
static void *slow_reader(void *arg)
{
    char byte;
    ssize_t n = faden_read(FD(arg), &byte, 1);
    return ARG(n);
}

static void *thread_closes(void *arg)
{
    usleep(5000);
    return ARG(faden_close(FD(arg)));
}

static void from_thread(struct waiting *w, const struct wait_call *call)
{
    struct blocked b = {w, call, 0};
    faden_task *t = spawn(block, &b);
    pthread_t thread;
    void *result;
    EQUAL(pthread_create(&thread, NULL, thread_closes, ARG(w->fd)), 0);
    EXPECT(FD(join(t)) == -EBADF, "%s does not give -EBADF", w->name);
    EQUAL(pthread_join(thread, &result), 0);
    EQUAL(FD(result), 0);
}

static int by_tasks(void *arg)
{
    for_all_waits(from_task);
    return 0;
}

static int by_threads(void *arg)
{
    for_all_waits(from_thread);
    return 0;
}

/* A read of a terminal in blocking mode goes on in the pool: the close waits for it. */
static int in_pool(void *arg)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "%s", strerror(errno));
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    EXPECT(slave >= 0, "%s", strerror(errno));
    for (int i = 0; i < 20; i++) {
        int copy = dup(slave);
        faden_task *reader = spawn(slow_reader, ARG(copy));
        if (i % 2)
            sleep_ms(1);
        else
            faden_yield();
        EQUAL(write(master, "\n", 1), 1);
        for (int k = 0; k < i / 2; k++)
            faden_yield();
        faden_task *closer = spawn(close_it, ARG(copy));
        int n = FD(join(reader));
        EXPECT(n == 1 || n == -EBADF, "the reader got %d", n);
        EQUAL(FD(join(closer)), 0);
        if (n != 1)
            EQUAL(read(slave, &n, 1), 1);
    }
    close(master);
    close(slave);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    int before = count_fds();
    run_both(by_tasks, NULL);
    run_both(in_pool, NULL);
    run(by_threads, NULL);
    EQUAL(count_fds(), before);
    return 0;
}
