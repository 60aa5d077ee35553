/* SPDX-License-Identifier: MIT */
/* System calls as this layer wants them: a failure is a negative errno value, errno keeps what the
   caller had in it, and a signal handler that ran in between goes unnoticed. */
#ifndef FADEN_IO_SYSTEM_H
#define FADEN_IO_SYSTEM_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/atomic.h"

/* errno is read once: a handler that leaves EINTR there, whenever it runs, costs another try. */
#define SYSTEM(call)                                                               \
    ({                                                                             \
        int *errno_ = &errno, saved_ = *errno_, error_;                            \
        ssize_t result_;                                                           \
        do                                                                         \
            result_ = (call);                                                      \
        while (unlikely(result_ < 0 && (error_ = load_relaxed(errno_)) == EINTR)); \
        if (unlikely(result_ < 0)) {                                               \
            result_ = -error_;                                                     \
            *errno_ = saved_;                                                      \
        }                                                                          \
        result_;                                                                   \
    })

/* musl 1.2.3 has no function for these two calls, of Linux 4.6. The offset comes in two halves. */
#ifndef RWF_NOWAIT
#include <sys/syscall.h>
#define RWF_NOWAIT 8
static inline ssize_t preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
    return syscall(SYS_preadv2, fd, iov, n, (long)at, (long)((int64_t)at >> 32), flags);
}
static inline ssize_t pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
    return syscall(SYS_pwritev2, fd, iov, n, (long)at, (long)((int64_t)at >> 32), flags);
}
#endif

enum { IOV_COUNT_MAX = 1024 }; /* UIO_MAXIOV of the kernel */

/* Zero-filled memory, or NULL, to be given to free; errno is left alone. The barrier is for
   compilers that believe the allocator would not touch errno, and so never write it back. */
static inline void *quiet_alloc(size_t n, size_t size)
{
    int saved = errno;
    void *p = calloc(n, size);
    compiler_barrier();
    errno = saved;
    return p;
}

/* Does a call on `fd` return at once when it can do nothing? */
static inline bool is_nonblocking(int fd)
{
    return SYSTEM(fcntl(fd, F_GETFL)) & O_NONBLOCK;
}

/* What of `events` holds now; POLLNVAL: there is no such descriptor. */
static inline short poll_now(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return SYSTEM(poll(&p, 1, 0)) > 0 ? p.revents : 0;
}

#endif
