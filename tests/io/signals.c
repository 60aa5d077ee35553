/* SPDX-License-Identifier: MIT */
/* Signals hammer the program while it reads, writes, accepts, polls, sleeps and blocks: no call
   ever says EINTR, and nothing is lost. */
#include "test.h"

#include <sys/time.h>

/* ThreadSanitizer is not to complain of the handler. */
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "signal:handler\n";
}

static volatile sig_atomic_t caught;

static void handler(int sig)
{
    caught++;
    errno = EINTR; /* as careless ones do */
}

static bool over;

static void *echo(void *arg)
{
    char buf[100];
    ssize_t n;
    while ((n = faden_read(FD(arg), buf, sizeof buf)) > 0)
        EQUAL(faden_write_all(FD(arg), buf, (size_t)n), n);
    EXPECT(n == 0 || n == -ECONNRESET, "read gives %zd", n);
    EQUAL(faden_close(FD(arg)), 0);
    return NULL;
}

static void *ping(void *arg)
{
    char buf[100];
    for (int i = 0; !over; i++) {
        struct pollfd p = {.fd = FD(arg), .events = POLLIN};
        EQUAL(faden_write_all(FD(arg), "ping", 4), 4);
        EQUAL(faden_poll(&p, 1, -1), 1);
        for (ssize_t got = 0, n; got < 4; got += n) {
            n = faden_read(FD(arg), buf, sizeof buf);
            EXPECT(n > 0, "read gives %zd", n);
        }
    }
    EQUAL(faden_close(FD(arg)), 0);
    return NULL;
}

static struct sockaddr_in addr;

static void *accepts(void *arg)
{
    int fd;
    while ((fd = faden_accept(FD(arg), NULL, NULL)) >= 0)
        go(echo, ARG(fd));
    EQUAL(fd, -EBADF);
    return NULL;
}

static void *connects(void *arg)
{
    while (!over) {
        int fd = tcp_connect(&addr);
        char c;
        EQUAL(faden_write(fd, "x", 1), 1);
        EQUAL(faden_read(fd, &c, 1), 1);
        EQUAL(faden_close(fd), 0);
        EQUAL(faden_sleep(100 * FADEN_USEC), 0);
    }
    return NULL;
}

static void *short_sleep(void *arg)
{
    usleep(200);
    return NULL;
}

static void *blocks(void *arg)
{
    struct stat st;
    while (!over) {
        EQUAL(faden_blocking(short_sleep, NULL, NULL), 0);
        EQUAL(faden_stat("/", &st), 0);
        int fd = faden_open("/proc/self/exe", O_RDONLY, 0);
        char c[4096];
        EQUAL(faden_read(fd, c, sizeof c), sizeof c);
        EQUAL(faden_close(fd), 0);
    }
    return NULL;
}

static void *terminal(void *arg)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
    char buf[100];
    EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "%s", strerror(errno));
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    while (!over) {
        EQUAL(faden_write(master, "line\n", 5), 5);
        EQUAL(faden_read(slave, buf, sizeof buf), 5);
        EXPECT(faden_read(master, buf, sizeof buf) > 0, "no echo");
    }
    close(master);
    close(slave);
    return NULL;
}

static int all(void *arg)
{
    struct itimerval often = {{0, 200}, {0, 200}}, off = {{0, 0}, {0, 0}};
    int fds[2], listener = tcp_listener(&addr, 16);
    faden_scope s;
    over = false;
    caught = 0;
    faden_scope_open(&s);
    for (enum pair_kind kind = PAIR_UNIX; kind < PAIR_KINDS; kind++) {
        make_pair(kind, fds);
        scope_go(&s, echo, ARG(fds[0]));
        scope_go(&s, ping, ARG(fds[1]));
    }
    faden_task *acceptor = spawn(accepts, ARG(listener));
    scope_go(&s, connects, NULL);
    scope_go(&s, blocks, NULL);
    scope_go(&s, terminal, NULL);
    EQUAL(setitimer(ITIMER_REAL, &often, NULL), 0);
    sleep_ms(400);
    over = true;
    EQUAL(faden_scope_close(&s), 0);
    EQUAL(setitimer(ITIMER_REAL, &off, NULL), 0);
    EQUAL(faden_close(listener), 0);
    join(acceptor);
    EXPECT(caught > 100, "only %d signals", (int)caught);
    return 0;
}

int main(void)
{
    struct sigaction sa = {.sa_handler = handler}; /* no SA_RESTART */
    EQUAL(sigaction(SIGALRM, &sa, NULL), 0);
    for (int i = 0; i < 2; i++) {
        test_route = i ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        run(all, NULL);
    }
    return 0;
}
