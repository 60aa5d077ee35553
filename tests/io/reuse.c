/* SPDX-License-Identifier: MIT */
/*
 * Numbers that come back as something else, with faden_close and with close(2) behind our back:
 * what was known of the old descriptor does not stick to the new one, and no wait lasts for ever.
 */
#include "test.h"

#include <sys/eventfd.h>

/* What a number can stand for; the end that is read, and how to make it readable. */
enum thing { A_PIPE, A_UNIX, A_TCP, AN_EVENT, A_FILE, THINGS };

struct made {
    int fd, feed; /* feed: what to write to; -1: it is readable anyway */
};

static int number; /* all of them get this number, far from others */

static struct made make(enum thing what, bool ours)
{
    struct made m = {.fd = number, .feed = -1};
    int fds[2] = {-1, -1};
    if (what == A_FILE)
        fds[0] = open("/proc/self/exe", O_RDONLY);
    else if (what == AN_EVENT)
        fds[0] = eventfd(0, 0);
    else
        make_pair(what == A_PIPE  ? ours ? PAIR_PIPE : PAIR_PIPE_BLOCKING
                  : what == A_TCP ? ours ? PAIR_TCP : PAIR_TCP_BLOCKING
                  : ours          ? PAIR_UNIX
                                  : PAIR_UNIX_BLOCKING,
                  fds);
    if (fds[0] != number) {
        EQUAL(dup2(fds[0], number), number);
        close(fds[0]);
    }
    m.feed = what == AN_EVENT ? dup(number) : fds[1];
    return m;
}

static void feed(struct made *m)
{
    if (m->feed >= 0)
        EQUAL(write(m->feed, "\1\0\0\0\0\0\0\0", 8), 8);
}

static void *read_it(void *arg)
{
    char buf[64];
    return ARG(faden_read(FD(arg), buf, 8));
}

/* A task waits for it, and is woken. */
static void use(struct made *m)
{
    faden_task *t = spawn(read_it, ARG(m->fd));
    faden_timeout limit;
    void *result = NULL;
    yield_times(3);
    if (m->feed >= 0)
        sleep_ms(1);
    feed(m);
    faden_timeout_begin(&limit, 2 * FADEN_SEC);
    EQUAL(faden_join(t, &result), 0);
    EQUAL(faden_timeout_end(&limit), 0);
    EQUAL(FD(result), 8);
}

static void forget(struct made *m)
{
    if (m->feed >= 0)
        close(m->feed);
}

/* Every thing in place of every other one, used before and used after. */
static void replaced(bool with_faden_close)
{
    for (int i = 0; i < THINGS * THINGS; i++) {
        struct made a = make((enum thing)(i / THINGS), true);
        use(&a);
        use(&a);
        if (with_faden_close)
            EQUAL(faden_close(number), 0);
        else if (i % 2)
            EQUAL(close(number), 0); /* otherwise dup2 does it */
        struct made b = make((enum thing)(i % THINGS), i % 3 == 0);
        use(&b);
        use(&b);
        EQUAL(faden_close(number), 0);
        forget(&a);
        forget(&b);
    }
}

/* The same with numbers that this layer gave out, and so believes to know. */
static void known_then_replaced(void)
{
    for (int i = 0; i < THINGS; i++) {
        int fds[2];
        EQUAL(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
        struct made a = {fds[0], fds[1]};
        use(&a);
        close(fds[0]);
        number = fds[0];
        struct made b = make((enum thing)i, false);
        use(&b);
        use(&b);
        close(number);
        close(fds[1]);
        EQUAL(faden_pipe(fds), 0); /* ours again, at once */
        struct made c = {fds[0], fds[1]};
        use(&c);
        close_pair(fds);
        forget(&b);
    }
}

/* An emptied TCP connection, replaced by one that has data already. */
static void dry_then_replaced(void)
{
    int fds[2], other[2];
    char buf[64];
    make_pair(PAIR_TCP, fds);
    struct made a = {fds[0], fds[1]};
    use(&a);
    feed(&a);
    EQUAL(faden_read(fds[0], buf, 64), 8); /* less than was asked for */
    make_pair(PAIR_UNIX_BLOCKING, other);
    EQUAL(write(other[1], "new", 3), 3);
    EQUAL(dup2(other[0], fds[0]), fds[0]);
    EQUAL(faden_read(fds[0], buf, 64), 3);
    EXPECT(!memcmp(buf, "new", 3), "other bytes");
    close_pair(fds);
    close_pair(other);
}

/* Who waits when the number is given out again will never get what he waited for. */
static void *wait_long(void *arg)
{
    char c;
    return ARG(faden_read(FD(arg), &c, 1));
}

static void waiting_then_replaced(void)
{
    int fds[2], again[2];
    EQUAL(faden_pipe(fds), 0);
    faden_task *t = spawn(wait_long, ARG(fds[0]));
    sleep_ms(1);
    close(fds[0]);
    EQUAL(faden_pipe(again), 0);
    EQUAL(again[0], fds[0]);
    EQUAL(FD(join(t)), -EBADF);
    close_pair(again);
    close(fds[1]);
}

/* Closed and not given out again: it is noticed, if late. */
static void waiting_then_closed(void)
{
    int fds[2];
    EQUAL(faden_pipe(fds), 0);
    for (int i = 0; i < 2; i++) {
        struct made m = {fds[0], fds[1]};
        use(&m); /* a registration that is trusted */
    }
    faden_task *t = spawn(wait_long, ARG(fds[0]));
    sleep_ms(1);
    close(fds[0]);
    EQUAL(FD(join(t)), -EBADF);
    close(fds[1]);
}

/* Events of the old life come when the number lives anew. */
static void late_events(void)
{
    for (int i = 0; i < 500; i++) {
        int fds[2], again[2];
        char c;
        make_pair(i % 2 ? PAIR_UNIX : PAIR_PIPE, fds);
        faden_task *t = spawn(wait_long, ARG(fds[0]));
        faden_yield();
        EQUAL(write(fds[1], "x", 1), 1); /* the event is under way */
        EQUAL(faden_close(fds[0]), 0);
        make_pair(i % 3 ? PAIR_UNIX : PAIR_PIPE, again);
        EQUAL(FD(join(t)), -EBADF);
        faden_task *u = spawn(wait_long, ARG(again[0]));
        faden_yield();
        if (i % 5 == 0)
            sleep_ms(0);
        EQUAL(faden_write(again[1], &c, 1), 1);
        EQUAL(FD(join(u)), 1);
        close_pair(again);
        EQUAL(faden_close(fds[1]), 0);
    }
}

/* Calls that go on until all is moved are one call: the number is not free in between, where they
   give way (io.h: the budget). */
static void *replace_it(void *arg)
{
    int *fds = arg;
    while (fds[0] < 0)
        faden_yield();
    EQUAL(faden_close(fds[0]), 0);
    make_pair(PAIR_UNIX, fds);
    return NULL;
}

static void *move_all(void *arg)
{
    static char buf[1 << 22];
    bool sends = arg;
    int fds[2], other[2], replaced[2] = {-1, -1};
    make_pair(PAIR_UNIX, fds);
    make_pair(PAIR_UNIX, other);
    if (!sends)
        EQUAL(faden_write(fds[1], buf, 5), 5);
    faden_task *t = spawn(replace_it, replaced);
    faden_yield();
    for (int calls = 0; calls < 31; calls++)
        EQUAL(faden_write(other[1], "x", 1), 1);
    replaced[0] = fds[0];
    ssize_t n = sends ? faden_write_all(fds[0], buf, sizeof buf)
                      : faden_recv(fds[0], buf, sizeof buf, MSG_WAITALL);
    EQUAL(n, sends ? -EBADF : 5);
    join(t);
    EQUAL(recv(replaced[1], buf, 1, MSG_DONTWAIT), -1); /* nothing has come through the new one */
    EQUAL(errno, EAGAIN);
    close_pair(replaced);
    close_pair(other);
    EQUAL(faden_close(fds[1]), 0);
    return NULL;
}

static void replaced_half_way(void)
{
    for (int sends = 0; sends < 2; sends++)
        join(spawn(move_all, ARG(sends)));
}

static int all(void *arg)
{
    number = 700;
    replaced(true);
    replaced(false);
    known_then_replaced();
    dry_then_replaced();
    waiting_then_replaced();
    waiting_then_closed();
    late_events();
    replaced_half_way();
    return 0;
}

int main(void)
{
    limit_seconds(40);
    run_both_closing(all);
    return 0;
}
