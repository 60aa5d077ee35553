/* SPDX-License-Identifier: MIT */
/* A kernel whose pipes and files know no RWF_NOWAIT: the same tests must pass. Linked with
   wrappers. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/uio.h>

ssize_t __real_preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags);
ssize_t __real_pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags);
ssize_t __wrap_pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags);

ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
    if (!flags)
        return __real_preadv2(fd, iov, n, at, 0);
    errno = EOPNOTSUPP;
    return -1;
}

ssize_t __wrap_pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
    if (!flags)
        return __real_pwritev2(fd, iov, n, at, 0);
    errno = EOPNOTSUPP;
    return -1;
}
