/* SPDX-License-Identifier: MIT */
/*
 * Several tasks wait on one descriptor in one direction: each byte, each connection and each piece
 * of room goes to one of them, all get their turn, and readers and writers do not disturb each
 * other.
 */
#include "test.h"

enum { MANY = 10, BYTES = 2000 };

struct crowd {
    int fd, n, served[MANY];
};

struct member {
    struct crowd *crowd;
    int index;
};

static void *reads_bytes(void *arg)
{
    struct member *m = arg;
    char c;
    ssize_t n;
    while ((n = faden_read(m->crowd->fd, &c, 1)) == 1)
        m->crowd->served[m->index]++;
    EQUAL(n, 0);
    return NULL;
}

static void readers(enum pair_kind kind, int n)
{
    int fds[2], sum = 0;
    make_pair(kind, fds);
    struct crowd crowd = {.fd = fds[0], .n = n};
    struct member m[MANY];
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < n; i++) {
        m[i] = (struct member){&crowd, i};
        scope_go(&s, reads_bytes, &m[i]);
    }
    uint64_t seed = 1;
    for (int sent = 0; sent < BYTES;) {
        int piece = 1 + (int)(random_of(&seed) % 4);
        piece = piece < BYTES - sent ? piece : BYTES - sent;
        EQUAL(faden_write(fds[1], "wxyz", (size_t)piece), piece);
        sent += piece;
        sleep_ms(0);
        if (sent % 64 == 0)
            EQUAL(faden_sleep(FADEN_USEC), 0);
    }
    EQUAL(faden_close(fds[1]), 0); /* the end is told to all */
    EQUAL(faden_scope_close(&s), 0);
    for (int i = 0; i < n; i++) {
        EXPECT(crowd.served[i] > BYTES / n / 10, "%s: reader %d of %d got %d bytes",
               pair_names[kind], i, n, crowd.served[i]);
        sum += crowd.served[i];
    }
    EQUAL(sum, BYTES);
    EQUAL(faden_close(fds[0]), 0);
}

static void *writes_bytes(void *arg)
{
    struct member *m = arg;
    static char zeros[1024];
    for (int i = 0; i < BYTES; i++) {
        EQUAL(faden_write_all(m->crowd->fd, zeros, sizeof zeros), (ssize_t)sizeof zeros);
        m->crowd->served[m->index]++;
    }
    return NULL;
}

/* While they are blocked, readers on the same descriptor go on. */
static void writers(enum pair_kind kind, int n)
{
    int fds[2];
    char buf[4096];
    make_pair(kind, fds);
    size_t total = fill(fds[1]) + (size_t)n * BYTES * 1024;
    struct crowd crowd = {.fd = fds[1], .n = n}, back = {.fd = fds[1], .n = 1};
    struct member m[MANY], reader = {&back, 0};
    faden_scope s;
    faden_scope_open(&s);
    for (int i = 0; i < n; i++) {
        m[i] = (struct member){&crowd, i};
        scope_go(&s, writes_bytes, &m[i]);
    }
    if (kind > PAIR_PIPE_BLOCKING) {
        scope_go(&s, reads_bytes, &reader);
        for (int i = 0; i < 10; i++) {
            EQUAL(faden_write(fds[0], "x", 1), 1);
            sleep_ms(1);
            EQUAL(back.served[0], i + 1);
            if (kind < PAIR_TCP) /* whose buffers grow while they fill */
                EQUAL(crowd.served[0], 0);
        }
        EQUAL(shutdown(fds[0], SHUT_WR), 0);
    }
    while (total) {
        ssize_t got = faden_read(fds[0], buf, sizeof buf);
        EXPECT(got > 0, "%zd", got);
        total -= (size_t)got;
    }
    EQUAL(faden_scope_close(&s), 0);
    close_pair(fds);
}

static void *accepts(void *arg)
{
    struct member *m = arg;
    int fd;
    while ((fd = faden_accept(m->crowd->fd, NULL, NULL)) >= 0) {
        m->crowd->served[m->index]++;
        EQUAL(faden_close(fd), 0);
    }
    EQUAL(fd, -EBADF);
    return NULL;
}

static void acceptors(void)
{
    enum { CONNECTIONS = 500 };
    struct sockaddr_in addr;
    struct crowd crowd = {.fd = tcp_listener(&addr, 64), .n = MANY};
    struct member m[MANY];
    faden_scope s;
    int sum = 0;
    faden_scope_open(&s);
    for (int i = 0; i < MANY; i++) {
        m[i] = (struct member){&crowd, i};
        scope_go(&s, accepts, &m[i]);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = tcp_connect(&addr);
        if (i % 10 == 0)
            sleep_ms(1);
        EQUAL(faden_close(fd), 0);
    }
    sleep_ms(5);
    for (int i = 0; i < MANY; i++) {
        EXPECT(crowd.served[i] > 0, "acceptor %d got none", i);
        sum += crowd.served[i];
    }
    EQUAL(sum, CONNECTIONS);
    EQUAL(faden_close(crowd.fd), 0);
    EQUAL(faden_scope_close(&s), 0);
}

static int all(void *arg)
{
    for (enum pair_kind kind = 0; kind < PAIR_KINDS; kind++) {
        readers(kind, 2);
        readers(kind, MANY);
        writers(kind, 2);
        writers(kind, MANY);
    }
    acceptors();
    return 0;
}

int main(void)
{
    limit_seconds(40);
    run_both(all, NULL);
    return 0;
}
