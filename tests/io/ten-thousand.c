/* SPDX-License-Identifier: MIT */
/* Ten thousand connections over the loopback interface, all alive at once, a task at either end:
   the clients are another process. */
#include "test.h"

enum { N = 10000, ROUNDS = 3 };

static const faden_task_attr small = {.stack_size = 16 << 10};
static struct sockaddr_in addr;
static int alive, served;
static bool all_there;

static void *serve(void *arg)
{
    char buf[64];
    ssize_t n;
    all_there |= ++alive == N;
    while (!all_there) /* a client is connected before it is accepted */
        sleep_ms(10);
    while ((n = faden_read(FD(arg), buf, sizeof buf)) > 0) {
        EQUAL(faden_write_all(FD(arg), buf, (size_t)n), n);
        served++;
    }
    EQUAL(n, 0);
    EQUAL(faden_close(FD(arg)), 0);
    alive--;
    return NULL;
}

static int server(void *arg)
{
    int listener = FD(arg);
    for (int i = 0; i < N; i++) {
        int fd = faden_accept(listener, NULL, NULL);
        EXPECT(fd >= 0, "connection %d: %s", i, strerror(-fd));
        EQUAL(faden_spawn(NULL, serve, ARG(fd), &small), 0);
    }
    EQUAL(faden_close(listener), 0);
    while (alive)
        sleep_ms(1);
    EQUAL(served, N * ROUNDS);
    return 0;
}

static int connected;

static void *client(void *arg)
{
    char out[16], in[16];
    int fd = tcp_connect(&addr);
    connected++;
    while (connected < N)
        sleep_ms(10);
    for (int round = 0; round < ROUNDS; round++) {
        snprintf(out, sizeof out, "%7d %7d", FD(arg), round);
        EQUAL(faden_write(fd, out, 15), 15);
        EQUAL(faden_read(fd, in, sizeof in), 15);
        EXPECT(!memcmp(in, out, 15), "another answer");
    }
    EQUAL(faden_close(fd), 0);
    return NULL;
}

static int clients(void *arg)
{
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < N; i++) {
        EQUAL(faden_scope_spawn(&s, NULL, client, ARG(i), &small), 0);
        if (i % 64 == 0)
            faden_yield();
    }
    return faden_scope_close(&s);
}

int main(void)
{
    int status;
    if (UNDER_TSAN)
        SKIP("ThreadSanitizer has room for 8,000 tasks");
    limit_seconds(60);
    raise_fd_limit(N + 100);
    int before = count_fds(), listener = tcp_listener(&addr, 1000);
    pid_t pid = fork();
    EXPECT(pid >= 0, "%s", strerror(errno));
    if (!pid) {
        limit_seconds(60);
        close(listener);
        run(clients, NULL);
        _exit(0);
    }
    run(server, ARG(listener));
    EQUAL(waitpid(pid, &status, 0), pid);
    EQUAL(status, 0);
    EQUAL(count_fds(), before);
    return 0;
}
