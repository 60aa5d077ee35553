/* SPDX-License-Identifier: MIT */
#include "net.h"

#include <faden/faden.h>

#define PIECE (256 << 10) /* bytes of a file between two looks at the pace */
#define LINGER_NS FADEN_SEC
#define LINGER_BYTES (1 << 20)

/* How long the next step may take: no step longer than write_timeout, and so far no less than
   min_rate on average, after a start of write_timeout. */
static int64_t allowance(struct pace *p, const struct options *o)
{
    int64_t now = faden_now(), earned = p->bytes / o->min_rate;
    if (p->begun == 0)
        p->begun = now;
    if (earned > 1000000000)
        earned = 1000000000;
    int64_t left = p->begun + o->write_timeout + earned * FADEN_SEC - now;
    return left < o->write_timeout ? left : o->write_timeout;
}

ssize_t net_recv(int fd, void *buf, size_t n, int64_t ns)
{
    faden_timeout t;
    faden_timeout_begin(&t, ns);
    ssize_t got = faden_recv(fd, buf, n, 0);
    faden_timeout_end(&t);
    return got;
}

ssize_t net_recv_paced(int fd, void *buf, size_t n, struct pace *p, const struct options *o)
{
    ssize_t got = net_recv(fd, buf, n, allowance(p, o));
    if (got > 0)
        p->bytes += got;
    return got;
}

int net_send(int fd, const void *buf, size_t n, int flags, struct pace *p, const struct options *o)
{
    const char *from = buf;
    while (n > 0) {
        faden_timeout t;
        faden_timeout_begin(&t, allowance(p, o));
        ssize_t sent = faden_send(fd, from, n, flags | MSG_NOSIGNAL);
        faden_timeout_end(&t);
        if (sent < 0)
            return (int)sent;
        p->bytes += sent;
        from += sent;
        n -= (size_t)sent;
    }
    return 0;
}

int net_send_file(int fd, int in, off_t offset, uint64_t n, struct pace *p, const struct options *o)
{
    while (n > 0) {
        faden_timeout t;
        faden_timeout_begin(&t, allowance(p, o));
        ssize_t sent = faden_sendfile(fd, in, &offset, n < PIECE ? (size_t)n : PIECE);
        faden_timeout_end(&t);
        if (sent <= 0)
            return sent < 0 ? (int)sent : -ENODATA;
        p->bytes += sent;
        n -= (uint64_t)sent;
        faden_yield(); /* to a fast reader the socket is always ready; others want to run too */
    }
    return 0;
}

void net_linger(int fd)
{
    char scratch[512];
    faden_timeout t;
    size_t total = 0;
    shutdown(fd, SHUT_WR);
    faden_timeout_begin(&t, LINGER_NS);
    for (ssize_t n; total < LINGER_BYTES && (n = faden_recv(fd, scratch, sizeof scratch, 0)) > 0;)
        total += (size_t)n;
    faden_timeout_end(&t);
}
