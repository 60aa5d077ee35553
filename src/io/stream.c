/* SPDX-License-Identifier: MIT */
/*
 * What is no socket has no MSG_DONTWAIT. In this order, until one works:
 *
 *   preadv2(RWF_NOWAIT)       pipes, FIFOs, many devices, cached files: whatever mode they are in
 *   the plain call            if the description is non-blocking
 *   wait for readiness, then the plain call in the pool: terminals and others in blocking mode,
 *                             where another process may take what we were told of
 *   the plain call in the pool, at once: files
 */
#define _GNU_SOURCE
#include "io/stream.h"

#include <sys/stat.h>

#include "io/system.h"
#include "io/transfer.h"

struct job {
    int fd;
    enum direction dir;
    const struct iovec *iov;
    int count;
    off_t offset; /* -1: where the description stands */
    ssize_t result;
};

static ssize_t plain(const struct job *j, int flags)
{
    if (j->dir == READING)
        return SYSTEM(preadv2(j->fd, j->iov, j->count, j->offset, flags));
    return SYSTEM(pwritev2(j->fd, j->iov, j->count, j->offset, flags));
}

static void *run(void *arg)
{
    struct job *j = arg;
    j->result = plain(j, 0);
    return NULL;
}

/* -EAGAIN would be taken for "not ready". */
static ssize_t in_pool(struct job *j)
{
    int err = faden_blocking(run, j, NULL);
    if (err < 0)
        return err == -EAGAIN ? -ENOMEM : err;
    return j->result;
}

static bool unsupported(ssize_t n)
{
    return n == -EOPNOTSUPP || n == -ENOSYS;
}

/* ---- files ------------------------------------------------------------------------------- */

/* The part of `iov` behind its first n bytes, into `rest`; gives how many pieces. */
static int iov_behind(const struct iovec *iov, int count, size_t n, struct iovec *rest)
{
    int k = 0, i;
    for (i = 0; i < count; i++) {
        size_t skip = n < iov[i].iov_len ? n : iov[i].iov_len;
        n -= skip;
        if (iov[i].iov_len > skip)
            rest[k++] = (struct iovec){(char *)iov[i].iov_base + skip, iov[i].iov_len - skip};
    }
    return k;
}

/* RWF_NOWAIT stops where a page is not there. Who reads a file expects less than he asked for only
   at its end, so go on behind the first `done` bytes. */
static ssize_t go_on(const struct job *begun, ssize_t done)
{
    struct iovec *rest = quiet_alloc((size_t)begun->count, sizeof *rest);
    struct job j = *begun;
    ssize_t n;
    if (!rest)
        return done;
    do {
        j.iov = rest;
        j.count = iov_behind(begun->iov, begun->count, (size_t)done, rest);
        if (begun->offset >= 0)
            j.offset = begun->offset + done;
        if (!j.count)
            break;
        n = plain(&j, RWF_NOWAIT);
        if (n == -EAGAIN || unsupported(n))
            n = in_pool(&j);
        if (n > 0)
            done += n;
    } while (n > 0);
    free(rest);
    return done;
}

static size_t iov_size(const struct iovec *iov, int count)
{
    size_t n = 0;
    int i;
    for (i = 0; i < count; i++)
        n += iov[i].iov_len;
    return n;
}

/* RWF_NOWAIT gave n, which is not an error. */
static ssize_t complete(const struct job *j, ssize_t n)
{
    return n > 0 && (size_t)n < iov_size(j->iov, j->count) ? go_on(j, n) : n;
}

ssize_t file_transfer(int fd, enum direction dir, const struct iovec *iov, int count, off_t offset)
{
    struct job j = {.fd = fd, .dir = dir, .iov = iov, .count = count, .offset = offset};
    ssize_t n = plain(&j, RWF_NOWAIT);
    return n == -EAGAIN || unsupported(n) ? in_pool(&j) : complete(&j, n);
}

/* ---- streams ----------------------------------------------------------------------------- */

/* What epoll called a file stays one, if it is a device. */
static uint32_t kind_of(mode_t mode, bool was_file)
{
    if (S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode) || (S_ISCHR(mode) && was_file))
        return IS_FILE;
    return S_ISSOCK(mode) ? IS_SOCKET : IS_STREAM;
}

bool stream_find_kind(struct call *c)
{
    struct stat st;
    uint32_t kind;
    if (SYSTEM(fstat(c->fd, &st)) < 0)
        return false;
    kind = kind_of(st.st_mode, call_is(c, IS_FILE));
    store_relaxed(&c->d->what, (what_of(c->d) & IS_OURS) | kind);
    return kind == IS_FILE;
}

static ssize_t without_nowait(struct job *j)
{
    if (is_nonblocking(j->fd))
        return plain(j, 0);
    if (poll_now(j->fd, j->dir == READING ? POLLIN : POLLOUT))
        return in_pool(j);
    return -EAGAIN;
}

ssize_t stream_try(struct call *c, enum direction dir, const struct iovec *iov, int count)
{
    struct job j = {.fd = c->fd, .dir = dir, .iov = iov, .count = count, .offset = -1};
    ssize_t n = plain(&j, RWF_NOWAIT);
    if (call_is(c, IS_FILE)) {
        if (n != -EAGAIN && !unsupported(n))
            return complete(&j, n);
        if (stream_find_kind(c)) /* the number may have become something else */
            return in_pool(&j);
    }
    return unsupported(n) ? without_nowait(&j) : n;
}
