/* SPDX-License-Identifier: MIT */
/* Every call in a plain thread, without any run and beside one: it blocks as its namesake does,
   whatever mode the descriptor is in. */
#include "test.h"

#include <netdb.h>

static void *echo(void *arg)
{
    char buf[1000];
    ssize_t n;
    while ((n = faden_read(FD(arg), buf, sizeof buf)) > 0)
        EQUAL(faden_write_all(FD(arg), buf, (size_t)n), n);
    EQUAL(n, 0);
    EQUAL(faden_close(FD(arg)), 0);
    return NULL;
}

static void *slow_echo(void *arg)
{
    usleep(3000);
    return echo(arg);
}

static void *accept_one(void *arg)
{
    usleep(2000);
    int fd = faden_accept(FD(arg), NULL, NULL);
    EXPECT(fd >= 0, "%d", fd);
    return echo(ARG(fd));
}

static void start(pthread_t *t, void *(*fn)(void *), int arg)
{
    EQUAL(pthread_create(t, NULL, fn, ARG(arg)), 0);
}

static void talk(int fd)
{
    static __thread char out[300000], in[300000];
    struct iovec iov = {in, 4};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    errno = 12;
    EQUAL(faden_write(fd, "ping", 4), 4);
    EQUAL(faden_read(fd, in, sizeof in), 4);
    EQUAL(faden_writev(fd, &(struct iovec){"ping", 4}, 1), 4);
    EQUAL(faden_readv(fd, &iov, 1), 4);
    EQUAL(faden_send(fd, "ping", 4, 0), 4);
    EQUAL(faden_recv(fd, in, 4, MSG_WAITALL), 4);
    EQUAL(faden_recv(fd, in, 4, MSG_DONTWAIT), -EAGAIN);
    EQUAL(faden_sendmsg(fd, &msg, 0), 4);
    EQUAL(faden_recvmsg(fd, &msg, 0), 4);
    ssize_t left = faden_write(fd, out, 50000);
    EXPECT(left > 0, "%zd", left);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    EQUAL(faden_poll(&p, 1, -1), 1);
    while (left > 0)
        left -= faden_read(fd, in, sizeof in);
    EQUAL(left, 0);
    EQUAL(errno, 12);
    EQUAL(faden_close(fd), 0);
}

static void *talk_in_thread(void *arg)
{
    talk(FD(arg));
    return NULL;
}

static void pairs(void)
{
    for (enum pair_kind kind = PAIR_UNIX; kind < PAIR_TCP; kind++) {
        int fds[2];
        pthread_t t;
        make_pair(kind, fds);
        start(&t, slow_echo, fds[0]);
        talk(fds[1]);
        pthread_join(t, NULL);
    }
}

static void connections(void)
{
    struct sockaddr_in addr;
    pthread_t t;
    int listener = tcp_listener(&addr, 4);
    start(&t, accept_one, listener);
    talk(tcp_connect(&addr));
    pthread_join(t, NULL);
    EQUAL(faden_close(listener), 0);
    int fd = faden_socket(AF_INET, SOCK_STREAM, 0);
    EQUAL(faden_connect(fd, (struct sockaddr *)&addr, sizeof addr), -ECONNREFUSED);
    EQUAL(faden_close(fd), 0);
}

/* The timeout of a socket in blocking mode is its own. */
static void socket_timeouts(void)
{
    int fds[2];
    char c;
    struct timeval ms = {0, 2000}, none = {0, 0};
    pthread_t t;
    make_pair(PAIR_UNIX_BLOCKING, fds);
    EQUAL(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &ms, sizeof ms), 0);
    EQUAL(faden_read(fds[0], &c, 1), -EAGAIN);
    EQUAL(setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none), 0); /* 0: none */
    start(&t, slow_echo, fds[1]);
    EQUAL(faden_write(fds[0], "x", 1), 1);
    EQUAL(faden_read(fds[0], &c, 1), 1);
    EQUAL(faden_close(fds[0]), 0);
    pthread_join(t, NULL);
}

static void files(void)
{
    char buf[100], path[] = "io-threads-test-XXXXXX";
    struct stat st;
    struct addrinfo *res = NULL;
    off_t at = 0;
    int status, fds[2];
    int fd = mkstemp(path);
    EQUAL(faden_close(fd), 0);
    fd = faden_open(path, O_RDWR, 0);
    EQUAL(faden_write(fd, "hello", 5), 5);
    EQUAL(faden_pread(fd, buf, 100, 1), 4);
    EQUAL(faden_pwrite(fd, "j", 1, 0), 1);
    EQUAL(faden_fsync(fd), 0);
    EQUAL(faden_fstat(fd, &st), 0);
    EQUAL(st.st_size, 5);
    EQUAL(faden_stat(path, &st), 0);
    make_pair(PAIR_UNIX, fds);
    EQUAL(faden_sendfile(fds[1], fd, &at, 100), 5);
    EQUAL(faden_read(fds[0], buf, 100), 5);
    EXPECT(!memcmp(buf, "jello", 5), "other bytes");
    close_pair(fds);
    EQUAL(faden_close(fd), 0);
    EQUAL(unlink(path), 0);
    EQUAL(faden_getaddrinfo("127.0.0.1", "80", NULL, &res), 0);
    freeaddrinfo(res);
    pid_t pid = fork();
    if (!pid)
        _exit(5);
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EQUAL(WEXITSTATUS(status), 5);
}

static void *all(void *arg)
{
    pairs();
    connections();
    socket_timeouts();
    files();
    return NULL;
}

/* ---- beside a run ------------------------------------------------------------------------ */

static int beside(void *arg)
{
    pthread_t t, talker;
    int fds[2];
    EQUAL(pthread_create(&t, NULL, all, NULL), 0);
    for (int i = 0; i < 100; i++) {
        make_pair(i % 2 ? PAIR_UNIX : PAIR_UNIX_BLOCKING, fds);
        start(&talker, talk_in_thread, fds[1]);
        echo(ARG(fds[0])); /* here in a task */
        pthread_join(talker, NULL);
    }
    while (pthread_tryjoin_np(t, NULL) != 0)
        sleep_ms(1);
    return 0;
}

static int alone(void *arg)
{
    extern uint32_t faden__plain_threads;
    EQUAL(faden__plain_threads, 0);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    int before = count_fds();
    all(NULL);
    run(alone, NULL); /* threads that did I/O before a run do not disturb it */
    run(beside, NULL);
    all(NULL);
    EQUAL(count_fds(), before);
    return 0;
}
