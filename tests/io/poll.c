/* SPDX-License-Identifier: MIT */
/* faden_poll: what it says at once, what it waits for, its times, one descriptor and a thousand. */
#include "test.h"

static void *write_later(void *arg)
{
    sleep_ms(3);
    EQUAL(faden_write(FD(arg), "x", 1), 1);
    return NULL;
}

static void at_once(void)
{
    int fds[2];
    make_pair(PAIR_UNIX, fds);
    int file = open("/proc/self/exe", O_RDONLY);
    struct pollfd p[4] = {
        {.fd = fds[0], .events = POLLIN | POLLOUT, .revents = 77},
        {.fd = -5, .events = POLLIN, .revents = 77},
        {.fd = file, .events = POLLIN, .revents = 77},
        {.fd = 4000, .events = POLLIN, .revents = 77},
    };
    EQUAL(faden_poll(p, 4, -1), 3);
    EQUAL(p[0].revents, POLLOUT);
    EQUAL(p[1].revents, 0);
    EQUAL(p[2].revents, POLLIN);
    EQUAL(p[3].revents, POLLNVAL);
    p[0].events = POLLIN;
    EQUAL(faden_poll(p, 2, 0), 0);
    EQUAL(p[0].revents, 0);
    EQUAL(faden_close(file), 0);
    EQUAL(faden_close(fds[1]), 0);
    p[0].events = 0; /* hang-ups are told without being asked for */
    EQUAL(faden_poll(p, 1, -1), 1);
    EXPECT(p[0].revents & POLLHUP, "%#x", (unsigned)p[0].revents);
    EQUAL(faden_close(fds[0]), 0);
}

static void times(void)
{
    int fds[2];
    make_pair(PAIR_PIPE, fds);
    struct pollfd p = {.fd = fds[0], .events = POLLIN};
    int64_t wanted[] = {1, 300 * FADEN_USEC, 2 * FADEN_MSEC, 20 * FADEN_MSEC};
    for (int i = 0; i < 8; i++) {
        int64_t begin = faden_now();
        EQUAL(faden_poll(&p, (nfds_t)(i / 4), wanted[i % 4]), 0);
        int64_t took = faden_now() - begin;
        EXPECT(took >= wanted[i % 4], "%lld ns instead of %lld", (long long)took,
               (long long)wanted[i % 4]);
    }
    faden_timeout t;
    faden_timeout_begin(&t, 2 * FADEN_MSEC); /* the sooner one counts */
    EQUAL(faden_poll(&p, 1, 10 * FADEN_SEC), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    faden_timeout_begin(&t, 10 * FADEN_SEC);
    EQUAL(faden_poll(&p, 1, 2 * FADEN_MSEC), 0);
    EQUAL(faden_poll(NULL, 0, 2 * FADEN_MSEC), 0);
    EQUAL(faden_timeout_end(&t), 0);
    close_pair(fds);
}

static void one_of(enum pair_kind kind, int n)
{
    int (*fds)[2] = calloc((size_t)n, sizeof *fds);
    struct pollfd *p = calloc((size_t)n, sizeof *p);
    uint64_t seed = 8;
    char c;
    for (int i = 0; i < n; i++) {
        make_pair(kind, fds[i]);
        p[i] = (struct pollfd){.fd = fds[i][0], .events = POLLIN};
    }
    for (int round = 0; round < 20; round++) {
        int chosen = (int)(random_of(&seed) % (unsigned)n);
        faden_task *t = spawn(write_later, ARG(fds[chosen][1]));
        EQUAL(faden_poll(p, (nfds_t)n, round % 2 ? -1 : 10 * FADEN_SEC), 1);
        for (int i = 0; i < n; i++)
            EQUAL(p[i].revents, i == chosen ? POLLIN : 0);
        EQUAL(faden_read(p[chosen].fd, &c, 1), 1);
        join(t);
    }
    for (int i = 0; i < n; i++)
        close_pair(fds[i]);
    free(fds);
    free(p);
}

static void *poll_both(void *arg)
{
    int *fds = arg;
    struct pollfd p[2] = {{.fd = fds[0], .events = POLLIN | POLLOUT},
                          {.fd = fds[0], .events = POLLIN}}; /* the same one, twice */
    EQUAL(faden_poll(p, 2, -1), 1 + (p[1].revents != 0));
    return ARG(p[0].revents);
}

/* Both directions of a full socket. */
static void directions(void)
{
    int fds[2];
    char buf[65536];
    for (int i = 0; i < 2; i++) {
        make_pair(PAIR_UNIX, fds);
        fill(fds[0]);
        faden_task *t = spawn(poll_both, fds);
        sleep_ms(1);
        if (i) {
            EQUAL(faden_write(fds[1], "x", 1), 1);
            EQUAL(FD(join(t)), POLLIN);
        } else {
            while (faden_recv(fds[1], buf, sizeof buf, MSG_DONTWAIT) > 0)
                ;
            EQUAL(FD(join(t)), POLLOUT);
        }
        close_pair(fds);
    }
}

/* A poller takes nothing: who reads gets what it was told of, and the other way round. */
static void *poll_then_tell(void *arg)
{
    struct pollfd p = {.fd = FD(arg), .events = POLLIN};
    return ARG(faden_poll(&p, 1, 100 * FADEN_MSEC));
}

static void *read_one(void *arg)
{
    char c;
    return ARG(faden_read(FD(arg), &c, 1));
}

static void with_readers(void)
{
    int fds[2];
    make_pair(PAIR_UNIX, fds);
    for (int i = 0; i < 50; i++) {
        faden_task *t[4];
        for (int k = 0; k < 4; k++) {
            t[k] = spawn((i >> k) & 1 ? poll_then_tell : read_one, ARG(fds[0]));
            faden_yield();
        }
        sleep_ms(i % 2);
        EQUAL(faden_write(fds[1], "abcd", 4), 4);
        for (int k = 0; k < 4; k++) {
            int got = FD(join(t[k]));
            EXPECT(got == 1 || ((i >> k) & 1 && got == 0), "task %d of round %d got %d", k, i, got);
        }
        char rest[4];
        int left = __builtin_popcount((unsigned)i & 15);
        if (left)
            EQUAL(faden_read(fds[0], rest, 4), left);
    }
    close_pair(fds);
}

/* Priority data is told of. */
static void urgent(void)
{
    int fds[2];
    make_pair(PAIR_TCP, fds);
    struct pollfd p = {.fd = fds[0], .events = POLLPRI};
    EQUAL(faden_poll(&p, 1, FADEN_MSEC), 0);
    EQUAL(faden_send(fds[1], "!", 1, MSG_OOB), 1);
    EQUAL(faden_poll(&p, 1, -1), 1);
    EQUAL(p.revents, POLLPRI);
    close_pair(fds);
}

struct looking {
    int fd;
    short events;
};

static void *poll_for(void *arg)
{
    struct looking *l = arg;
    struct pollfd p = {.fd = l->fd, .events = l->events};
    EQUAL(faden_poll(&p, 1, 10 * FADEN_SEC), 1);
    EXPECT(p.revents & (l->events | POLLHUP), "%#x instead of %#x", (unsigned)p.revents,
           (unsigned)l->events);
    return NULL;
}

static void *read_until_end(void *arg)
{
    char c;
    ssize_t n;
    while ((n = faden_read(FD(arg), &c, 1)) > 0)
        ;
    EQUAL(n, 0);
    return NULL;
}

/* What a poller does not look for is told to the reader behind it, and the other way round. */
static void something_else(void)
{
    static const short events[] = {POLLRDHUP, 0, POLLPRI};
    faden_stats stats;
    EQUAL(faden_stats_get(&stats), 0);
    for (int i = 0; i < 6; i++) {
        int fds[2];
        if (i == 5 && stats.cpus > 1) /* the reader may be first, and read past it */
            break;
        make_pair(i % 3 == 2 ? PAIR_TCP : PAIR_UNIX, fds);
        struct looking l = {fds[0], events[i % 3]};
        faden_task *reader = i < 3 ? NULL : spawn(read_until_end, ARG(fds[0]));
        if (reader)
            sleep_ms(1);
        faden_task *poller = spawn(poll_for, &l);
        sleep_ms(1);
        if (!reader) {
            reader = spawn(read_one, ARG(fds[0]));
            sleep_ms(1);
            EQUAL(faden_write(fds[1], "x", 1), 1);
            EQUAL(FD(join(reader)), 1);
            reader = NULL;
        }
        if (l.events == POLLPRI)
            EQUAL(faden_send(fds[1], "!", 1, MSG_OOB), 1);
        else
            EQUAL(faden_close(fds[1]), 0);
        join(poller);
        if (l.events == POLLPRI)
            EQUAL(faden_close(fds[1]), 0);
        if (reader)
            join(reader);
        EQUAL(faden_close(fds[0]), 0);
    }
}

/* A file of which nothing is asked is never ready, and cannot be waited for. */
static void nothing_asked(void)
{
    int file = open("/proc/self/exe", O_RDONLY);
    struct pollfd p = {.fd = file};
    EQUAL(faden_poll(&p, 1, 2 * FADEN_MSEC), 0);
    EQUAL(faden_close(file), 0);
}

static int all(void *arg)
{
    at_once();
    times();
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        one_of(kind, 1);
        one_of(kind, 5);
    }
    one_of(PAIR_PIPE, 1000);
    directions();
    with_readers();
    urgent();
    something_else();
    nothing_asked();
    return 0;
}

int main(void)
{
    limit_seconds(40);
    raise_fd_limit(4000);
    run_both_closing(all);
    return 0;
}
