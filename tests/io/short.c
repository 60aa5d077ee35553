/* SPDX-License-Identifier: MIT */
/*
 * Transfers that end early, and the rule that a short read has emptied a TCP connection: the end,
 * an error or urgent data behind the last byte are seen although there is nothing more to be told.
 */
#include "test.h"

/* Whoever has waited is registered. */
static void wait_in_vain(int fds[2])
{
    char c;
    faden_timeout t;
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_read(fds[0], &c, 1), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
}

/* Data and the end come in one edge. */
static void end_behind_data(enum pair_kind kind, bool registered, bool pause)
{
    int fds[2];
    char buf[64];
    make_pair(kind, fds);
    if (registered)
        wait_in_vain(fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    EQUAL(faden_close(fds[1]), 0);
    if (pause)
        sleep_ms(1);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 3);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 0);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 0);
    EQUAL(faden_close(fds[0]), 0);
}

static void *close_later(void *arg)
{
    sleep_ms(2);
    EQUAL(faden_close(FD(arg)), 0);
    return NULL;
}

/* The end comes when the reader waits already. */
static void end_while_waiting(enum pair_kind kind)
{
    int fds[2];
    char buf[64];
    make_pair(kind, fds);
    wait_in_vain(fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 3);
    faden_task *t = spawn(close_later, ARG(fds[1]));
    EQUAL(faden_read(fds[0], buf, sizeof buf), 0);
    join(t);
    EQUAL(faden_close(fds[0]), 0);
}

static void reset_behind_data(void)
{
    int fds[2];
    char buf[64];
    struct linger hard = {1, 0};
    make_pair(PAIR_TCP, fds);
    wait_in_vain(fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    EQUAL(setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &hard, sizeof hard), 0);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 3);
    EQUAL(faden_close(fds[1]), 0); /* RST */
    EQUAL(faden_read(fds[0], buf, sizeof buf), -ECONNRESET);
    EQUAL(faden_write(fds[0], buf, 1), -EPIPE);
    EQUAL(faden_close(fds[0]), 0);
}

/* A read stops at the mark, although more lies behind it. */
static void urgent(void)
{
    int fds[2], size = 0;
    char buf[64];
    make_pair(PAIR_TCP, fds);
    wait_in_vain(fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    EQUAL(faden_send(fds[1], "!", 1, MSG_OOB), 1);
    EQUAL(faden_write(fds[1], "def", 3), 3);
    sleep_ms(1);
    EQUAL(faden_read(fds[0], buf, sizeof buf), 3);
    EQUAL(faden_recv(fds[0], buf, 1, MSG_OOB), 1);
    EQUAL(buf[0], '!');
    size = (int)faden_read(fds[0], buf, sizeof buf);
    EQUAL(size, 3);
    EXPECT(!memcmp(buf, "def", 3), "other bytes");
    close_pair(fds);
}

/* A burst that the reader takes in small pieces, with new bytes in between. */
static void *trickle(void *arg)
{
    uint64_t seed = 9;
    for (size_t i = 0; i < 20000; i++) {
        unsigned char c = byte_at(i);
        EQUAL(faden_write(FD(arg), &c, 1), 1);
        if (random_of(&seed) % 16 == 0)
            faden_yield();
        if (random_of(&seed) % 512 == 0)
            EQUAL(faden_sleep(30 * FADEN_USEC), 0);
    }
    EQUAL(faden_close(FD(arg)), 0);
    return NULL;
}

static void pieces(enum pair_kind kind)
{
    int fds[2];
    uint64_t seed = 4;
    size_t at = 0;
    unsigned char buf[32];
    ssize_t n;
    make_pair(kind, fds);
    faden_task *t = spawn(trickle, ARG(fds[1]));
    while ((n = faden_read(fds[0], buf, 1 + random_of(&seed) % sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++)
            EQUAL(buf[i], byte_at(at++));
    EQUAL(n, 0);
    EQUAL(at, 20000);
    join(t);
    EQUAL(faden_close(fds[0]), 0);
}

/* ---- asking for none, for all, for too many --------------------------------------------- */

static void *send_in_three(void *arg)
{
    for (int i = 0; i < 3; i++) {
        sleep_ms(1);
        EQUAL(faden_write(FD(arg), "0123456789", 10), 10);
    }
    return NULL;
}

static void wait_for_all(enum pair_kind kind)
{
    int fds[2];
    char buf[64];
    make_pair(kind, fds);
    faden_task *t = spawn(send_in_three, ARG(fds[1]));
    EQUAL(faden_recv(fds[0], buf, 30, MSG_WAITALL), 30);
    join(t);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_PEEK), 3);
    EQUAL(faden_recv(fds[0], buf, 2, MSG_PEEK), 2);
    EQUAL(faden_close(fds[1]), 0);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_WAITALL), 3);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_WAITALL), 0);
    EQUAL(faden_close(fds[0]), 0);
}

static void all_but_ended(void)
{
    int fds[2];
    char buf[64];
    faden_timeout t;
    make_pair(PAIR_TCP, fds);
    EQUAL(faden_write(fds[1], "abc", 3), 3);
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_WAITALL), 3); /* what it had by then */
    EQUAL(faden_recv(fds[0], buf, 64, MSG_WAITALL), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&t), -ETIMEDOUT);
    close_pair(fds);
}

static void none(enum pair_kind kind)
{
    int fds[2];
    struct iovec iov = {NULL, 0};
    make_pair(kind, fds);
    char c;
    EQUAL(faden_read(fds[0], &c, 0), 0);
    EQUAL(faden_write_all(fds[1], &c, 0), 0);
    EQUAL(faden_write(fds[1], &c, 0), 0);
    EQUAL(faden_readv(fds[0], NULL, -1), -EINVAL);
    EQUAL(faden_writev(fds[1], NULL, 1025), -EINVAL);
    EQUAL(faden_writev(fds[1], &iov, 1), 0);
    close_pair(fds);
}

static void errors(void)
{
    char c;
    struct iovec iov = {&c, 1};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    int fds[2];
    EQUAL(faden_read(-1, &c, 1), -EBADF);
    EQUAL(faden_read(4000, &c, 1), -EBADF);
    EQUAL(faden_write(INT32_MAX, &c, 1), -EBADF);
    EQUAL(faden_readv(4000, &iov, 1), -EBADF);
    EQUAL(faden_sendmsg(4000, &msg, 0), -EBADF);
    EQUAL(faden_accept(4000, NULL, NULL), -EBADF);
    EQUAL(faden_close(4000), -EBADF);
    EQUAL(faden_close(-1), -EBADF);
    make_pair(PAIR_PIPE, fds);
    EQUAL(faden_recv(fds[0], &c, 1, 0), -ENOTSOCK);
    EQUAL(faden_send(fds[1], &c, 1, 0), -ENOTSOCK);
    EQUAL(faden_accept(fds[0], NULL, NULL), -ENOTSOCK);
    EQUAL(faden_read(fds[1], &c, 1), -EBADF); /* the wrong end */
    EQUAL(faden_write(fds[0], &c, 1), -EBADF);
    close_pair(fds);
    make_pair(PAIR_UNIX, fds);
    EQUAL(faden_write(fds[1], &c, 1), 1);
    EQUAL(faden_read(fds[0], (void *)1, 1), -EFAULT);
    EQUAL(faden_close(fds[1]), 0);
    EQUAL(faden_write(fds[0], &c, 1), -EPIPE); /* and no SIGPIPE */
    EQUAL(faden_send(fds[0], &c, 1, 0), -EPIPE);
    EQUAL(faden_writev(fds[0], &iov, 1), -EPIPE);
    EQUAL(faden_sendmsg(fds[0], &msg, 0), -EPIPE);
    EQUAL(faden_close(fds[0]), 0);
}

/* Datagrams keep their bounds, also empty ones. */
static void datagrams(void)
{
    int fds[2];
    char buf[64];
    EQUAL(faden_socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
    wait_in_vain(fds);
    EQUAL(faden_send(fds[1], "abc", 3, 0), 3);
    EQUAL(faden_send(fds[1], "", 0, 0), 0);
    EQUAL(faden_send(fds[1], "de", 2, 0), 2);
    EQUAL(faden_read(fds[0], buf, 0), 0); /* takes none */
    EQUAL(faden_recv(fds[0], buf, 64, MSG_WAITALL), 3);
    EQUAL(faden_recv(fds[0], buf, 64, 0), 0);
    EQUAL(faden_read(fds[0], buf, 64), 2);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_DONTWAIT), -EAGAIN);
    close_pair(fds);
}

/* readv and writev of no bytes neither take nor send a datagram, in tasks and in threads. */
static void *no_pieces(void *arg)
{
    int fds[2];
    char buf[64];
    struct iovec none[2] = {{buf, 0}, {NULL, 0}};
    EQUAL(faden_socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
    EQUAL(faden_writev(fds[1], none, 2), 0);
    EQUAL(faden_writev(fds[1], NULL, 0), 0);
    EQUAL(faden_send(fds[1], "abc", 3, 0), 3);
    EQUAL(faden_readv(fds[0], none, 2), 0);
    EQUAL(faden_readv(fds[0], NULL, 0), 0);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_DONTWAIT), 3);
    EQUAL(faden_recv(fds[0], buf, 64, MSG_DONTWAIT), -EAGAIN);
    close_pair(fds);
    return arg;
}

/* Errors are looked for, not waited for, in either mode of the socket. */
static void error_queue(void)
{
    int fds[] = {socket(AF_INET, SOCK_DGRAM, 0), faden_socket(AF_INET, SOCK_DGRAM, 0)};
    char c;
    struct msghdr msg = {.msg_iov = NULL};
    for (int i = 0; i < 2; i++) {
        EQUAL(faden_recvmsg(fds[i], &msg, MSG_ERRQUEUE), -EAGAIN);
        EQUAL(faden_recv(fds[i], &c, 1, MSG_ERRQUEUE), -EAGAIN);
        EQUAL(faden_close(fds[i]), 0);
    }
}

static int all(void *arg)
{
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        for (int i = 0; i < 4; i++)
            end_behind_data(kind, i & 1, i & 2);
        end_while_waiting(kind);
        pieces(kind);
        none(kind);
        if (kind >= PAIR_UNIX)
            wait_for_all(kind);
    }
    reset_behind_data();
    urgent();
    all_but_ended();
    errors();
    datagrams();
    no_pieces(NULL);
    error_queue();
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both_closing(all);
    no_pieces(NULL);
    return 0;
}
