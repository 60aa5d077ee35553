/* SPDX-License-Identifier: MIT */
/*
 * Timeouts and cancellation end every call that waits; a call of a task that has been ended does
 * nothing, even if it need not wait; what arrives at the same moment is not lost.
 */
#include "waits.h"

static void by_timeout(struct waiting *w, const struct wait_call *call)
{
    faden_timeout t;
    int64_t begin = faden_now();
    faden_timeout_begin(&t, 2 * FADEN_MSEC);
    int result = call->call(w);
    EXPECT(result == -ETIMEDOUT, "%s gives %d", w->name, result);
    EXPECT(faden_now() - begin >= 2 * FADEN_MSEC, "%s came back early", w->name);
    result = call->call(w);
    EXPECT(result == -ETIMEDOUT, "%s, again, gives %d", w->name, result);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    EQUAL(faden_close(w->fd), 0);
}

struct blocked {
    struct waiting *w;
    const struct wait_call *call;
};

static void *block(void *arg)
{
    struct blocked *b = arg;
    return ARG(b->call->call(b->w));
}

static void by_cancellation(struct waiting *w, const struct wait_call *call)
{
    struct blocked b = {w, call};
    faden_task *t = spawn(block, &b);
    sleep_ms(1);
    EQUAL(faden_cancel(t), 0);
    int result = FD(join(t));
    EXPECT(result == -ECANCELED, "%s gives %d", w->name, result);
    t = spawn(block, &b); /* cancelled before it begins */
    EQUAL(faden_cancel(t), 0);
    result = FD(join(t));
    EXPECT(result == -ECANCELED, "%s, begun cancelled, gives %d", w->name, result);
    EQUAL(faden_close(w->fd), 0);
}

/* Ended tasks transfer nothing, although they need not wait for it. */
static void ready_but_ended(void)
{
    int fds[2];
    char buf[8] = "";
    struct pollfd p;
    faden_timeout t;
    make_pair(PAIR_UNIX, fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    faden_timeout_begin(&t, 0);
    EQUAL(faden_read(fds[0], buf, 8), -ETIMEDOUT);
    EQUAL(faden_write(fds[1], "x", 1), -ETIMEDOUT);
    p = (struct pollfd){.fd = fds[0], .events = POLLIN};
    EQUAL(faden_poll(&p, 1, 0), -ETIMEDOUT);
    EQUAL(faden_open("/dev/null", O_RDONLY, 0), -ETIMEDOUT);
    EQUAL(faden_blocking(block, NULL, NULL), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    EQUAL(faden_read(fds[0], buf, 8), 3);
    EXPECT(!memcmp(buf, "abc", 3), "other bytes");
    close_pair(fds);
}

/* ---- nothing is lost --------------------------------------------------------------------- */

struct race {
    int fd;
    size_t received;
    unsigned timeouts;
    bool over;
};

static void *reader(void *arg)
{
    struct race *r = arg;
    unsigned char buf[64];
    for (;;) {
        faden_timeout t;
        faden_timeout_begin(&t, 20 * FADEN_USEC);
        ssize_t n = faden_read(r->fd, buf, sizeof buf);
        int ended = faden_timeout_end(&t);
        EXPECT(n >= 0 || n == -ETIMEDOUT, "read gives %zd", n);
        EQUAL(ended, n == -ETIMEDOUT ? -ETIMEDOUT : 0);
        if (n == 0)
            return NULL;
        for (ssize_t i = 0; i < n; i++)
            EQUAL(buf[i], byte_at(r->received + (size_t)i));
        r->received += n > 0 ? (size_t)n : 0;
        r->timeouts += n < 0;
    }
}

static void data_against_timeouts(enum pair_kind kind)
{
    enum { BYTES = 3000 };
    int fds[2];
    make_pair(kind, fds);
    struct race r = {.fd = fds[0]};
    faden_task *t = spawn(reader, &r);
    uint64_t seed = 3;
    for (size_t i = 0; i < BYTES; i++) {
        unsigned char c = byte_at(i);
        EQUAL(faden_write(fds[1], &c, 1), 1);
        if (i % 4 == 0)
            EQUAL(faden_sleep((int64_t)(random_of(&seed) % 40) * FADEN_USEC), 0);
    }
    EQUAL(faden_close(fds[1]), 0);
    join(t);
    EQUAL(r.received, BYTES);
    EXPECT(r.timeouts > 5, "only %u timeouts", r.timeouts);
    EQUAL(faden_close(fds[0]), 0);
}

/* A cancellation right behind the data: the data is read, or still there. */
static void *read_once(void *arg)
{
    char c;
    return ARG(faden_read(FD(arg), &c, 1));
}

static void data_against_cancellation(enum pair_kind kind)
{
    int fds[2];
    char c;
    make_pair(kind, fds);
    for (int i = 0; i < 300; i++) {
        faden_task *t = spawn(read_once, ARG(fds[0]));
        for (int k = 0; k < i % 5; k++)
            faden_yield();
        EQUAL(faden_write(fds[1], "x", 1), 1);
        for (int k = 0; k < i % 7; k++)
            faden_yield();
        if (i % 3 == 0)
            EQUAL(faden_sleep(1), 0);
        EQUAL(faden_cancel(t), 0);
        int n = FD(join(t));
        if (n == -ECANCELED)
            EQUAL(faden_read(fds[0], &c, 1), 1);
        else
            EQUAL(n, 1);
    }
    close_pair(fds);
}

/* Woken by data that another task took, and cancelled before it could look. */
static void cancelled_when_woken(void)
{
    int fds[2], stolen = 0;
    char c;
    make_pair(PAIR_UNIX, fds);
    for (int i = 0; i < 500; i++) {
        faden_task *t = spawn(read_once, ARG(fds[0]));
        yield_times(2);
        EQUAL(faden_write(fds[1], "x", 1), 1);
        EQUAL(faden_sleep(i % 50), 0);
        bool taken = faden_recv(fds[0], &c, 1, MSG_DONTWAIT) == 1;
        EQUAL(faden_cancel(t), 0);
        EQUAL(FD(join(t)), taken ? -ECANCELED : 1);
        stolen += taken;
    }
    EXPECT(stolen > 50, "the data was taken %d times", stolen);
    close_pair(fds);
}

static int all(void *arg)
{
    for_all_waits(by_timeout);
    for_all_waits(by_cancellation);
    ready_but_ended();
    cancelled_when_woken();
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        data_against_timeouts(kind);
        data_against_cancellation(kind);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    return 0;
}
