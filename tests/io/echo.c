/* SPDX-License-Identifier: MIT */
/*
 * Megabytes through pipes and sockets, non-blocking ones and ones in blocking mode, in pieces of
 * all sizes: what arrives is what was sent, the mode is as it was, and errno untouched.
 */
#include "test.h"

enum { TOTAL = 3 * 1024 * 1024, PIECE = 200000, VECTORS = 5 };

enum way { PLAIN, VECTOR, MESSAGE, WAYS };

struct stream {
    int fd;
    enum way way;
    uint64_t seed;
};

/* Cut [buf, buf + n) into pieces. */
static int cut(struct iovec *iov, char *buf, size_t n, uint64_t *seed)
{
    int k = 0;
    while (n) {
        size_t piece = k == VECTORS - 1 ? n : random_of(seed) % (n + 1);
        iov[k++] = (struct iovec){buf, piece};
        buf += piece;
        n -= piece;
    }
    return k;
}

static ssize_t send_some(struct stream *s, char *buf, size_t n)
{
    struct iovec iov[VECTORS];
    struct msghdr msg = {.msg_iov = iov};
    if (s->way == PLAIN)
        return random_of(&s->seed) % 2 ? faden_write(s->fd, buf, n)
                                       : faden_write_all(s->fd, buf, n);
    msg.msg_iovlen = (size_t)cut(iov, buf, n, &s->seed);
    if (s->way == VECTOR)
        return faden_writev(s->fd, iov, (int)msg.msg_iovlen);
    return random_of(&s->seed) % 2 ? faden_sendmsg(s->fd, &msg, 0) : faden_send(s->fd, buf, n, 0);
}

static ssize_t receive_some(struct stream *s, char *buf, size_t n)
{
    struct iovec iov[VECTORS];
    struct msghdr msg = {.msg_iov = iov};
    if (s->way == PLAIN)
        return faden_read(s->fd, buf, n);
    msg.msg_iovlen = (size_t)cut(iov, buf, n, &s->seed);
    if (s->way == VECTOR)
        return faden_readv(s->fd, iov, (int)msg.msg_iovlen);
    return random_of(&s->seed) % 2 ? faden_recvmsg(s->fd, &msg, 0) : faden_recv(s->fd, buf, n, 0);
}

static void *sender(void *arg)
{
    struct stream *s = arg;
    size_t at = 0;
    while (at < TOTAL) {
        static char buf[PIECE];
        size_t n = 1 + random_of(&s->seed) % (random_of(&s->seed) % 4 ? 2000 : PIECE);
        if (n > TOTAL - at)
            n = TOTAL - at;
        for (size_t i = 0; i < n; i++)
            buf[i] = (char)byte_at(at + i);
        errno = 4711;
        ssize_t done = send_some(s, buf, n);
        EQUAL(errno, 4711);
        EXPECT(done > 0 && (size_t)done <= n, "sent %zd of %zu", done, n);
        at += (size_t)done;
        if (random_of(&s->seed) % 8 == 0)
            faden_yield();
    }
    EQUAL(faden_close(s->fd), 0);
    return NULL;
}

static void receive(struct stream *s)
{
    static char buf[PIECE];
    size_t at = 0;
    for (;;) {
        size_t n = 1 + random_of(&s->seed) % (random_of(&s->seed) % 4 ? 3000 : PIECE);
        errno = 4712;
        ssize_t got = receive_some(s, buf, n);
        EQUAL(errno, 4712);
        EXPECT(got >= 0 && (size_t)got <= n, "received %zd of %zu", got, n);
        if (!got)
            break;
        for (ssize_t i = 0; i < got; i++)
            EXPECT((unsigned char)buf[i] == byte_at(at + (size_t)i), "byte %zu is another one",
                   at + (size_t)i);
        at += (size_t)got;
    }
    EQUAL(at, TOTAL);
}

static int all(void *arg)
{
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++)
        for (enum way way = 0; way < (kind <= PAIR_PIPE_BLOCKING ? MESSAGE : WAYS); way++) {
            int fds[2];
            make_pair(kind, fds);
            bool blocking = is_blocking(fds[0]);
            EQUAL(blocking, kind % 2);
            struct stream in = {fds[0], way, 5}, out = {fds[1], way, 6};
            faden_task *t = spawn(sender, &out);
            receive(&in);
            join(t);
            EQUAL(is_blocking(fds[0]), blocking);
            EQUAL(faden_close(fds[0]), 0);
        }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    return 0;
}
