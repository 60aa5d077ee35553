/* SPDX-License-Identifier: MIT */
/* A task whose descriptors are always ready does not keep the cpu: others run, timers fire, and
   other descriptors are looked at. */
#include "test.h"

enum busy { WRITES_NOTHING, READS_ZEROS, PING_PONG, POLLS, RECEIVES_NONE, BUSY_KINDS };

static bool over;
static uint64_t laps;

static void once(enum busy kind, int fds[2])
{
    static char buf[64];
    struct pollfd p = {.fd = fds[1], .events = POLLOUT};
    switch (kind) {
    case WRITES_NOTHING: EQUAL(faden_write(fds[1], buf, 64), 64); break;
    case READS_ZEROS: EQUAL(faden_read(fds[0], buf, 64), 64); break;
    case PING_PONG:
        EQUAL(faden_write(fds[1], buf, 64), 64);
        EQUAL(faden_read(fds[0], buf, 64), 64);
        break;
    case POLLS: EQUAL(faden_poll(&p, 1, -1), 1); break;
    default: EQUAL(faden_recv(fds[0], buf, 64, MSG_DONTWAIT), -EAGAIN);
    }
}

static enum busy kind;

static void *busy(void *arg)
{
    int fds[2];
    if (kind <= READS_ZEROS)
        fds[0] = fds[1] = faden_open(kind ? "/dev/zero" : "/dev/null", O_RDWR, 0);
    else
        make_pair(PAIR_UNIX, fds);
    while (!over) {
        once(kind, fds);
        laps++;
    }
    EQUAL(faden_close(fds[0]), 0);
    if (kind > READS_ZEROS)
        EQUAL(faden_close(fds[1]), 0);
    return NULL;
}

static void *counts(void *arg)
{
    int *count = arg;
    while (!over) {
        ++*count;
        faden_yield();
    }
    return NULL;
}

static void *ticks_until_over(void *arg)
{
    int *count = arg;
    while (!over) {
        ++*count;
        sleep_ms(1);
    }
    return NULL;
}

/* Woken by another process, that is, by the poller only. */
static void *reads(void *arg)
{
    int fds[2], *count = arg;
    char c;
    EQUAL(pipe(fds), 0);
    pid_t pid = fork();
    if (!pid) {
        while (write(fds[1], "x", 1) == 1 && getppid() != 1)
            usleep(1000);
        _exit(0);
    }
    while (!over) {
        EQUAL(faden_read(fds[0], &c, 1), 1);
        ++*count;
    }
    kill(pid, SIGKILL);
    EQUAL(faden_waitpid(pid, NULL, 0), pid);
    close_pair(fds);
    return NULL;
}

static int all(void *arg)
{
    int counted = 0, ticked = 0, read = 0;
    faden_scope s;
    over = false;
    laps = 0;
    faden_scope_open(&s);
    scope_go(&s, reads, &read);
    faden_yield();
    scope_go(&s, busy, NULL);
    scope_go(&s, counts, &counted);
    scope_go(&s, ticks_until_over, &ticked);
    for (int i = 0; i < 500 && (counted < 10 || ticked < 5 || read < 5 || laps < 100); i++)
        sleep_ms(10);
    over = true;
    EQUAL(faden_scope_close(&s), 0);
    EXPECT(laps >= 100, "%llu rounds", (unsigned long long)laps);
    EXPECT(counted >= 10 && ticked >= 5 && read >= 5,
           "kind %d: %d turns, %d ticks, %d reads beside %llu rounds", (int)kind, counted, ticked,
           read, (unsigned long long)laps);
    return 0;
}

/* Where the task must not give way, it goes on. */
static int undisturbed(void *arg)
{
    int fds[2], counted = 0;
    char c;
    make_pair(PAIR_UNIX, fds);
    over = false;
    faden_task *t = spawn(counts, &counted);
    faden_preempt_disable();
    for (int i = 0; i < 1000; i++) {
        EQUAL(faden_write(fds[1], "x", 1), 1);
        EQUAL(faden_read(fds[0], &c, 1), 1);
    }
    EQUAL(counted, 0);
    faden_preempt_enable();
    over = true;
    join(t);
    close_pair(fds);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    for (kind = 0; kind < BUSY_KINDS; kind++)
        run_both(all, NULL);
    run_both(undisturbed, NULL);
    return 0;
}
