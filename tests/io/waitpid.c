/* SPDX-License-Identifier: MIT */
/* Waiting for children: one, any, a stop, one that is no child; ended waits; the cpu is free. */
#include "test.h"

/* A child that ends with `code` when it can read from `fd`. */
static pid_t child_waits(int fd, int code)
{
    char c;
    pid_t pid = fork();
    EXPECT(pid >= 0, "%s", strerror(errno));
    if (!pid)
        _exit(read(fd, &c, 1) == 1 ? code : 1);
    return pid;
}

/* A child that ends with `code` after a while. */
static pid_t child(int ms, int code)
{
    pid_t pid = fork();
    EXPECT(pid >= 0, "%s", strerror(errno));
    if (!pid) {
        usleep((useconds_t)ms * 1000);
        _exit(code);
    }
    return pid;
}

static void *let_end(void *arg)
{
    await_ticks(3);
    EQUAL(write(FD(arg), "", 1), 1);
    return NULL;
}

/* While it waits for the child the cpu is free: else that would never end. */
static void one(void)
{
    int status = -1, ends[2];
    faden_task *ticker = start_ticks();
    EQUAL(pipe(ends), 0);
    pid_t pid = child_waits(ends[0], 7);
    faden_task *ender = spawn(let_end, ARG(ends[1]));
    EQUAL(faden_waitpid(pid, &status, WNOHANG), 0);
    errno = 66;
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EQUAL(errno, 66);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 7, "status %#x", (unsigned)status);
    join(ender);
    close(ends[0]);
    close(ends[1]);
    EQUAL(faden_waitpid(pid, &status, 0), -ECHILD);
    pid = child(0, 3);
    sleep_ms(5); /* it is over already */
    EQUAL(faden_waitpid(pid, NULL, 0), pid);
    EQUAL(faden_waitpid(1, &status, 0), -ECHILD);
    stop_ticks(ticker);
}

static void any(void)
{
    enum { N = 10 };
    pid_t pids[N];
    int status;
    for (int i = 0; i < N; i++)
        pids[i] = child(3 * i, i);
    for (int i = 0; i < N; i++) {
        pid_t pid = faden_waitpid(-1, &status, 0);
        int k = 0;
        while (k < N && pids[k] != pid)
            k++;
        EXPECT(k < N, "pid %d", pid);
        EQUAL(WEXITSTATUS(status), k);
        pids[k] = 0;
    }
    EQUAL(faden_waitpid(-1, &status, 0), -ECHILD);
}

static void *stop_and_go(void *arg)
{
    sleep_ms(3);
    kill(FD(arg), SIGSTOP);
    return NULL;
}

static void stops(void)
{
    int status;
    pid_t pid = child(10000, 0);
    faden_task *t = spawn(stop_and_go, ARG(pid));
    EQUAL(faden_waitpid(pid, &status, WUNTRACED), pid);
    EXPECT(WIFSTOPPED(status), "status %#x", (unsigned)status);
    join(t);
    kill(pid, SIGKILL);
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EXPECT(WIFSIGNALED(status), "status %#x", (unsigned)status);
}

static void ended_waits(void)
{
    pid_t pid = child(10000, 0);
    for (int i = 0; i < 3; i++) {
        faden_timeout t;
        faden_timeout_begin(&t, 3 * FADEN_MSEC);
        EQUAL(faden_waitpid(i < 2 ? pid : -1, NULL, i ? WUNTRACED : 0), -ETIMEDOUT);
        EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    }
    kill(pid, SIGKILL);
    EQUAL(faden_waitpid(pid, NULL, 0), pid);
}

static void *wait_for(void *arg)
{
    int status;
    EQUAL(faden_waitpid(FD(arg), &status, 0), FD(arg));
    return ARG(WEXITSTATUS(status));
}

static void many_at_once(void)
{
    enum { N = 30 };
    faden_task *t[N];
    for (int i = 0; i < N; i++)
        t[i] = spawn(wait_for, ARG(child(i % 7, i)));
    for (int i = 0; i < N; i++)
        EQUAL(FD(join(t[i])), i);
}

static int all(void *arg)
{
    one();
    any();
    stops();
    ended_waits();
    many_at_once();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    return 0;
}
