/* SPDX-License-Identifier: MIT */
/*
 * Accepting: whose address it is, what mode the connection is in, and listeners from elsewhere, in
 * blocking mode and shared with a process that may be faster: the cpu never waits for a connection.
 */
#include "test.h"

static void addresses(void)
{
    struct sockaddr_in addr, peer, own;
    socklen_t len = sizeof peer, own_len = sizeof own;
    int listener = tcp_listener(&addr, 4);
    int fd = tcp_connect(&addr);
    int conn = faden_accept(listener, (struct sockaddr *)&peer, &len);
    EQUAL(len, sizeof peer);
    EQUAL(getsockname(fd, (struct sockaddr *)&own, &own_len), 0);
    EQUAL(peer.sin_port, own.sin_port);
    EXPECT(!is_blocking(conn), "it blocks");
    EQUAL(fcntl(conn, F_GETFD), FD_CLOEXEC);
    EQUAL(faden_close(conn), 0);
    EQUAL(faden_close(fd), 0);
    EQUAL(faden_accept(conn, NULL, NULL), -EBADF);
    int unconnected = faden_socket(AF_INET, SOCK_STREAM, 0);
    EQUAL(faden_accept(unconnected, NULL, NULL), -EINVAL);
    EQUAL(faden_close(unconnected), 0);
    EQUAL(faden_close(listener), 0);
}

/* A listener made with plain calls. */
static int plain_listener(struct sockaddr_in *addr)
{
    socklen_t len = sizeof *addr;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    EQUAL(bind(fd, (struct sockaddr *)addr, len), 0);
    EQUAL(listen(fd, 64), 0);
    EQUAL(getsockname(fd, (struct sockaddr *)addr, &len), 0);
    return fd;
}

/* Takes what it can get, as fast as it can. */
static void thief(int listener, int n)
{
    fcntl(listener, F_SETFL, 0);
    for (int i = 0; i < n; i++) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || write(fd, "t", 1) != 1)
            _exit(1);
        close(fd);
    }
    _exit(0);
}

static int accepted;

static void *accepts(void *arg)
{
    int fd;
    while ((fd = faden_accept(FD(arg), NULL, NULL)) >= 0) {
        accepted++;
        ssize_t n = faden_write(fd, "h", 1);
        EXPECT(n == 1 || n == -ECANCELED, "%zd", n);
        EQUAL(faden_close(fd), 0);
    }
    EXPECT(fd == -EBADF || fd == -ECANCELED, "%d", fd);
    return NULL;
}

static void shared_with_a_process(void)
{
    enum { STOLEN = 100 };
    struct sockaddr_in addr;
    int status, listener = plain_listener(&addr);
    pid_t pid = fork();
    if (!pid)
        thief(listener, STOLEN);
    faden_task *t = spawn(accepts, ARG(listener)), *ticker = start_ticks();
    accepted = 0;
    int stolen = 0;
    for (int i = 0; stolen < STOLEN || accepted < 20; i++) {
        char who;
        int fd = tcp_connect(&addr);
        EQUAL(faden_read(fd, &who, 1), 1);
        stolen += who == 't';
        EQUAL(faden_close(fd), 0);
        if (i % 4 == 0)
            sleep_ms(1);
        EXPECT(i < 100 * STOLEN, "%d stolen, %d accepted", stolen, accepted);
    }
    EXPECT(is_blocking(listener), "the mode was changed");
    await_ticks(ticks + 1); /* the last one may have been stolen behind our back: the cpu is free */
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EQUAL(status, 0);
    int fd = tcp_connect(&addr); /* in case a thread of the pool waits for it */
    EQUAL(faden_cancel(t), 0);
    join(t);
    EQUAL(faden_close(fd), 0);
    stop_ticks(ticker);
    EQUAL(faden_close(listener), 0);
}

static int all(void *arg)
{
    addresses();
    shared_with_a_process();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    return 0;
}
