/* SPDX-License-Identifier: MIT */
/* When descriptors run out, every call that makes one says so, nothing is half made, and once there
   are some again, it goes on: also accepting, which nothing will tell of a second time. */
#include "test.h"

static int held[200], n_held;

static void use_up(void)
{
    int fd;
    while ((fd = dup(0)) >= 0)
        held[n_held++] = fd;
    EQUAL(errno, EMFILE);
}

static void release(int n)
{
    while (n--)
        close(held[--n_held]);
}

static void *accept_one(void *arg)
{
    return ARG(faden_accept(FD(arg), NULL, NULL));
}

static int all(void *arg)
{
    struct sockaddr_in addr;
    int fds[2], listener = tcp_listener(&addr, 8);
    int a = tcp_connect(&addr), b = faden_accept(listener, NULL, NULL);
    faden_task *t = spawn(accept_one, ARG(listener));
    sleep_ms(1);
    int c = faden_socket(AF_INET, SOCK_STREAM, 0);
    use_up();
    EQUAL(faden_connect(c, (struct sockaddr *)&addr, sizeof addr), 0);
    EQUAL(FD(join(t)), -EMFILE);
    EQUAL(faden_accept(listener, NULL, NULL), -EMFILE);
    EQUAL(faden_socket(AF_INET, SOCK_STREAM, 0), -EMFILE);
    EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), -EMFILE);
    EQUAL(faden_pipe(fds), -EMFILE);
    EQUAL(faden_open("/dev/null", O_RDONLY, 0), -EMFILE);
    release(1);
    EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), -EMFILE); /* one is not enough */
    EQUAL(faden_pipe(fds), -EMFILE);
    int d = faden_accept(listener, NULL, NULL);
    EXPECT(d >= 0, "%d", d);
    EQUAL(faden_write(c, "x", 1), 1);
    EQUAL(faden_read(d, fds, 1), 1);
    pid_t pid = fork(); /* waitpid has no pidfd, and finds another way */
    if (!pid) {
        usleep(3000);
        _exit(9);
    }
    int status;
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EQUAL(WEXITSTATUS(status), 9);
    release(n_held);
    EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    close_pair(fds);
    EQUAL(faden_close(a), 0);
    EQUAL(faden_close(b), 0);
    EQUAL(faden_close(c), 0);
    EQUAL(faden_close(d), 0);
    EQUAL(faden_close(listener), 0);
    return 0;
}

/* Not even a run can begin. */
static int nothing(void *arg)
{
    return 0;
}

int main(void)
{
    struct rlimit r = {64, 64};
    limit_seconds(20);
    EQUAL(setrlimit(RLIMIT_NOFILE, &r), 0);
    int before = count_fds();
    run_both(all, NULL);
    for (int spare = 0; spare < 2; spare++) {
        use_up();
        release(spare);
        EQUAL(faden_run(nothing, NULL, NULL, NULL), -EMFILE);
        release(n_held);
    }
    EQUAL(faden_run(nothing, NULL, NULL, NULL), 0);
    EQUAL(count_fds(), before);
    return 0;
}
