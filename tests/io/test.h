/* SPDX-License-Identifier: MIT */
/* For the tests of I/O: descriptors of every kind, in either mode, and counting them. */
#ifndef TESTS_IO_TEST_H
#define TESTS_IO_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "../sched/listed.h"
#include "../sched/test.h"

#define FD(arg) ((int)(intptr_t)(arg))
#define ARG(fd) ((void *)(intptr_t)(fd))

/* How many descriptors are open. */
UNUSED static int count_fds(void)
{
    return listed("/proc/self/fd") - 1; /* the look's own */
}

UNUSED static void *tell_number(void *number)
{
    *(long *)number = syscall(SYS_gettid);
    return NULL;
}

/* How many threads there are. With some tools the first one brings another with it, for good. */
UNUSED static int count_threads(void)
{
    char path[64];
    long number = 0;
    pthread_t t;
    EQUAL(pthread_create(&t, NULL, tell_number, &number), 0);
    EQUAL(pthread_join(t, NULL), 0);
    snprintf(path, sizeof path, "/proc/self/task/%ld", number);
    while (access(path, F_OK) == 0)
        usleep(1000);
    return listed_threads();
}

/* There are that many; an alarm ends the test if there are more for good. */
UNUSED static void expect_threads(int n)
{
    while (listed_threads() > n)
        usleep(2000);
    EQUAL(listed_threads(), n);
}

UNUSED static bool is_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    EXPECT(flags >= 0, "%s", strerror(errno));
    return !(flags & O_NONBLOCK);
}

UNUSED static void raise_fd_limit(rlim_t n)
{
    struct rlimit r = {n, n};
    if (setrlimit(RLIMIT_NOFILE, &r) < 0) {
        getrlimit(RLIMIT_NOFILE, &r);
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
        if (r.rlim_cur < n)
            SKIP("only %ld descriptors allowed", (long)r.rlim_cur);
    }
}

/* A listener on the loopback interface made with faden_socket; its address in *addr. */
UNUSED static int tcp_listener(struct sockaddr_in *addr, int backlog)
{
    socklen_t len = sizeof *addr;
    int fd = faden_socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0, "%s", strerror(-fd));
    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    EQUAL(bind(fd, (struct sockaddr *)addr, len), 0);
    EQUAL(listen(fd, backlog), 0);
    EQUAL(getsockname(fd, (struct sockaddr *)addr, &len), 0);
    return fd;
}

UNUSED static int tcp_connect(const struct sockaddr_in *addr)
{
    int fd = faden_socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0, "%s", strerror(-fd));
    EQUAL(faden_connect(fd, (const struct sockaddr *)addr, sizeof *addr), 0);
    return fd;
}

enum pair_kind {
    PAIR_PIPE,              /* one way: fds[1] to fds[0] */
    PAIR_PIPE_BLOCKING,     /* made elsewhere */
    PAIR_UNIX,
    PAIR_UNIX_BLOCKING,
    PAIR_TCP,
    PAIR_TCP_BLOCKING,
    PAIR_KINDS,
};

UNUSED static const char *const pair_names[PAIR_KINDS] = {
    "pipe", "blocking pipe", "unix", "blocking unix", "tcp", "blocking tcp",
};

/* Two connected descriptors; what fds[1] writes fds[0] reads. */
UNUSED static void make_pair(enum pair_kind kind, int fds[2])
{
    struct sockaddr_in addr;
    int listener;
    switch (kind) {
    case PAIR_PIPE: EQUAL(faden_pipe(fds), 0); break;
    case PAIR_PIPE_BLOCKING: EQUAL(pipe(fds), 0); break;
    case PAIR_UNIX: EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0); break;
    case PAIR_UNIX_BLOCKING: EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0); break;
    case PAIR_TCP:
        listener = tcp_listener(&addr, 1);
        fds[1] = tcp_connect(&addr);
        fds[0] = faden_accept(listener, NULL, NULL);
        EXPECT(fds[0] >= 0, "%s", strerror(-fds[0]));
        EQUAL(faden_close(listener), 0);
        break;
    case PAIR_TCP_BLOCKING:
        listener = tcp_listener(&addr, 1);
        fds[1] = socket(AF_INET, SOCK_STREAM, 0);
        EQUAL(connect(fds[1], (struct sockaddr *)&addr, sizeof addr), 0);
        fds[0] = accept(listener, NULL, NULL);
        EXPECT(fds[0] >= 0, "%s", strerror(errno));
        EQUAL(faden_close(listener), 0);
        break;
    default: EXPECT(0, "kind %d", kind);
    }
}

UNUSED static void close_pair(int fds[2])
{
    EQUAL(faden_close(fds[0]), 0);
    EQUAL(faden_close(fds[1]), 0);
}

/* Fill a descriptor until nothing more goes in; gives how many bytes went in. */
UNUSED static size_t fill(int fd)
{
    static const char zeros[65536];
    size_t n = 0;
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    for (size_t piece = sizeof zeros; piece; piece /= 2)
        for (;;) {
            ssize_t w = write(fd, zeros, piece);
            if (w <= 0)
                break;
            n += (size_t)w;
        }
    fcntl(fd, F_SETFL, flags);
    return n;
}

/* Byte number i of a stream that a seed repeats. */
UNUSED static unsigned char byte_at(size_t i)
{
    return (unsigned char)((i * 2654435761u) >> 13 ^ i);
}

UNUSED static void sleep_ms(int ms)
{
    EQUAL(faden_sleep(ms * FADEN_MSEC), 0);
}

/* ---- the cpu is free: a task that sleeps in between goes on -------------------------------- */

UNUSED static int ticks;

UNUSED static void *tick(void *arg)
{
    while (faden_sleep(FADEN_MSEC) == 0)
        ticks++;
    return arg;
}

UNUSED static faden_task *start_ticks(void)
{
    ticks = 0;
    return spawn(tick, NULL);
}

UNUSED static void stop_ticks(faden_task *ticker)
{
    EQUAL(faden_cancel(ticker), 0);
    join(ticker);
}

/* Until there were n since they were started. */
UNUSED static void await_ticks(int n)
{
    while (ticks < n)
        sleep_ms(1);
}

/* ---- main ----------------------------------------------------------------------------------- */

/* Both routes, and no descriptor is left. */
UNUSED static void run_both_closing(int (*fn)(void *))
{
    int before = count_fds();
    run_both(fn, NULL);
    EQUAL(count_fds(), before);
}

#endif
