/* SPDX-License-Identifier: MIT */
/* Connecting: at once, in progress, refused, again, to a local queue that is full, in blocking
   mode, to nonsense; and that the cpu is free meanwhile. */
#include "waits.h"

static int connect_to_addr(int fd, const struct sockaddr_in *addr)
{
    errno = 99;
    int err = faden_connect(fd, (const struct sockaddr *)addr, sizeof *addr);
    EQUAL(errno, 99);
    return err;
}

static void outcomes(void)
{
    struct sockaddr_in addr, nobody;
    int listener = tcp_listener(&addr, 8), gone = tcp_listener(&nobody, 8);
    char c;
    EQUAL(faden_close(gone), 0); /* nobody listens there now */
    for (int i = 0; i < 20; i++) {
        int fd = tcp_connect(&addr);
        EQUAL(connect_to_addr(fd, &addr), -EISCONN);
        int peer = faden_accept(listener, NULL, NULL);
        EQUAL(faden_write(fd, "x", 1), 1);
        EQUAL(faden_read(peer, &c, 1), 1);
        EQUAL(faden_close(fd), 0);
        EQUAL(faden_close(peer), 0);

        fd = faden_socket(AF_INET, SOCK_STREAM, 0);
        EQUAL(connect_to_addr(fd, &nobody), -ECONNREFUSED);
        EQUAL(connect_to_addr(fd, &addr), 0); /* the socket can be used again */
        EQUAL(faden_close(fd), 0);
        EQUAL(faden_close(faden_accept(listener, NULL, NULL)), 0);
    }
    EQUAL(faden_connect(listener, (struct sockaddr *)&addr, sizeof addr), -EISCONN);
    EQUAL(faden_connect(-1, (struct sockaddr *)&addr, sizeof addr), -EBADF);
    EQUAL(faden_connect(999, (struct sockaddr *)&addr, sizeof addr), -EBADF);
    EQUAL(faden_connect(STDIN_FILENO, (struct sockaddr *)&addr, sizeof addr), -ENOTSOCK);
    EQUAL(faden_close(listener), 0);
}

/* Once the cpu has shown to be free. */
static void *accept_later(void *arg)
{
    await_ticks(3);
    for (int i = 0; i < 2; i++) {
        int fd = faden_accept(FD(arg), NULL, NULL);
        EXPECT(fd >= 0, "%d", fd);
        EQUAL(faden_close(fd), 0);
    }
    return NULL;
}

/* The kernel takes the connection up once the queue has room. */
static void in_progress(bool blocking)
{
    struct waiting w;
    struct sockaddr_in addr;
    full_tcp_listener(&w, &addr);
    if (blocking)
        fcntl(w.fd, F_SETFL, 0);
    int fd = blocking ? dup(w.fd) : w.fd; /* a number that this layer has not made */
    faden_task *ticker = start_ticks(), *t = spawn(accept_later, ARG(w.more));
    EQUAL(connect_to_addr(fd, &addr), 0);
    stop_ticks(ticker);
    join(t);
    EQUAL(!is_blocking(fd), !blocking);
    if (fd != w.fd)
        EQUAL(faden_close(fd), 0);
    EQUAL(faden_close(w.fd), 0);
    take_down(&w);
}

/* A cancelled connect goes on in the kernel; closing the socket stops it. */
static void given_up(void)
{
    struct waiting w;
    struct sockaddr_in addr;
    faden_timeout t;
    full_tcp_listener(&w, &addr);
    faden_timeout_begin(&t, 2 * FADEN_MSEC);
    EQUAL(connect_to_addr(w.fd, &addr), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    EQUAL(connect_to_addr(w.fd, &addr), -EALREADY);
    EQUAL(faden_close(w.fd), 0);
    take_down(&w);
}

/* Local sockets have no "in progress": while the queue is full, they say EAGAIN. */
static void local(void)
{
    struct sockaddr_un addr;
    int queued, listener = full_listener(&addr, &queued);
    int fd = faden_socket(AF_UNIX, SOCK_STREAM, 0);
    faden_timeout t;
    faden_timeout_begin(&t, 5 * FADEN_MSEC);
    EQUAL(faden_connect(fd, (struct sockaddr *)&addr, sizeof addr), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_task *task = spawn(accept_later, ARG(listener));
    EQUAL(faden_connect(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    join(task);
    addr.sun_path[1] = '/';
    EQUAL(faden_close(fd), 0);
    fd = faden_socket(AF_UNIX, SOCK_STREAM, 0);
    EQUAL(faden_connect(fd, (struct sockaddr *)&addr, sizeof addr), -ECONNREFUSED);
    EQUAL(faden_close(fd), 0);
    EQUAL(faden_close(queued), 0);
    EQUAL(faden_close(listener), 0);
}

/* A close wakes it, too, though nothing tells when there is room. */
static void *connect_here(void *arg)
{
    int *fd = arg;
    struct sockaddr_un addr;
    int queued, listener = full_listener(&addr, &queued);
    *fd = faden_socket(AF_UNIX, SOCK_STREAM, 0);
    EQUAL(faden_connect(*fd, (struct sockaddr *)&addr, sizeof addr), -EBADF);
    EQUAL(faden_close(queued), 0);
    EQUAL(faden_close(listener), 0);
    return NULL;
}

static void closed_meanwhile(void)
{
    int fd = -1;
    faden_task *t = spawn(connect_here, &fd);
    sleep_ms(5);
    EQUAL(faden_close(fd), 0);
    join(t);
}

static int all(void *arg)
{
    outcomes();
    in_progress(false);
    in_progress(true);
    given_up();
    local();
    closed_meanwhile();
    return 0;
}

int main(void)
{
    limit_seconds(40);
    run_both_closing(all);
    return 0;
}
