/* SPDX-License-Identifier: MIT */
/*
 * Descriptors shared with another process, in blocking mode: they stay in it while tasks wait for
 * them here, and the other process, which uses plain read and write, goes on undisturbed.
 */
#include "test.h"

enum { ROUNDS = 300 };

/* Plain, and so blocking, calls on the shared ends; and a look at their mode. */
static void other_process(int in, int out)
{
    for (int i = 0; i < ROUNDS; i++) {
        char c;
        if (!is_blocking(in) || !is_blocking(out))
            _exit(2);
        if (read(in, &c, 1) != 1)
            _exit(3); /* EAGAIN, if somebody changed the mode */
        if (write(out, &c, 1) != 1)
            _exit(4);
    }
    _exit(0);
}

struct ends {
    int in, out, served;
};

/* Does here what the other process does there. */
static void *serve(void *arg)
{
    struct ends *e = arg;
    char c;
    while (faden_read(e->in, &c, 1) == 1) {
        EQUAL(faden_write(e->out, &c, 1), 1);
        e->served++;
    }
    return NULL;
}

static void ask(int in, int out, char c)
{
    char answer;
    EQUAL(faden_write(in, &c, 1), 1);
    EQUAL(faden_read(out, &answer, 1), 1);
    EQUAL(answer, c);
    if (c % 8 == 0)
        EQUAL(faden_sleep(50 * FADEN_USEC), 0);
}

/* Requests come in `in`, which both processes read; answers go out `out`. */
static void share(int in[2], int out[2])
{
    struct ends ends = {in[0], out[1], 0};
    int status = -1;
    fflush(NULL);
    pid_t pid = fork();
    if (!pid)
        other_process(in[0], out[1]);
    faden_task *server = spawn(serve, &ends), *ticker = start_ticks();
    await_ticks(3); /* both wait, and the cpu is free */
    for (int i = 0; i < 10 || waitpid(pid, &status, WNOHANG) == 0; i++)
        ask(in[1], out[0], (char)i);
    EQUAL(status, 0);
    for (int i = 0; i < 10; i++)
        ask(in[1], out[0], (char)i); /* nobody else is left to serve these */
    EQUAL(faden_close(in[1]), 0);
    join(server);
    stop_ticks(ticker);
    EXPECT(is_blocking(in[0]) && is_blocking(out[1]), "the mode was changed");
    EXPECT(ends.served >= 10, "%d were served here", ends.served);
}

static int all(void *arg)
{
    int in[2], out[2];
    EQUAL(pipe(in), 0);
    EQUAL(pipe(out), 0);
    share(in, out);
    EQUAL(faden_close(in[0]), 0);
    close_pair(out);
    EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, in), 0);
    EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, out), 0);
    share(in, out);
    EQUAL(faden_close(in[0]), 0);
    close_pair(out);
    return 0;
}

/* Standard input, as a shell hands it on. */
static int from_stdin(void *arg)
{
    char buf[16];
    EQUAL(faden_read(STDIN_FILENO, buf, sizeof buf), 6);
    EXPECT(!memcmp(buf, "hello\n", 6), "other bytes");
    EQUAL(faden_read(STDIN_FILENO, buf, sizeof buf), 0);
    return 0;
}

static void standard_input(void)
{
    int fds[2], status;
    EQUAL(pipe(fds), 0);
    pid_t pid = fork();
    if (!pid) {
        dup2(fds[0], STDIN_FILENO);
        close(fds[0]);
        close(fds[1]);
        run(from_stdin, NULL);
        _exit(0);
    }
    usleep(2000);
    EXPECT(is_blocking(fds[0]), "the child changed the mode of what it inherited");
    EQUAL(write(fds[1], "hello\n", 6), 6);
    usleep(2000);
    EXPECT(is_blocking(fds[0]), "the child changed the mode of what it inherited");
    close(fds[1]);
    EQUAL(waitpid(pid, &status, 0), pid);
    EQUAL(status, 0);
    close(fds[0]);
}

int main(void)
{
    limit_seconds(30);
    standard_input();
    run_both(all, NULL);
    return 0;
}
