/* SPDX-License-Identifier: MIT */
/*
 * faden/io.h: system calls that make the task wait, not the processor.
 *
 *      static void *echo(void *arg)
 *      {
 *          int fd = (int)(intptr_t)arg;
 *          char buf[4096];
 *          ssize_t n;
 *          while ((n = faden_read(fd, buf, sizeof buf)) > 0)
 *              if (faden_write_all(fd, buf, (size_t)n) < 0)
 *                  break;
 *          faden_close(fd);
 *          return NULL;
 *      }
 *
 * Each call has the name and the arguments of the POSIX call and returns what that returns, but a
 * failure as a negative errno value; errno is not touched. -EINTR is never returned. When the
 * caller is cancelled or timed out, a call that waits returns -ECANCELED or -ETIMEDOUT; what it had
 * transferred by then is returned instead. Later calls return that at once, and do nothing, also
 * where they need not wait (but faden_close, and those that make sockets and pipes). In a plain
 * thread each call is the blocking one.
 *
 * Whatever mode a socket or pipe is in, a task transfers what can be transferred at once and waits
 * only if that is nothing: faden_write and its like may write less than they are asked to (see
 * faden_write_all). Of the calls that take flags only faden_recv heeds MSG_WAITALL. SO_RCVTIMEO and
 * SO_SNDTIMEO do not count: there is faden_timeout_begin.
 *
 * Any descriptor will do. Those that faden makes (faden_socket, faden_accept, faden_pipe,
 * faden_socketpair) are non-blocking and close-on-exec. Descriptors that came from elsewhere are
 * never switched to non-blocking, since others may share them: sockets are used with MSG_DONTWAIT,
 * others are polled, and what cannot be polled (regular files, some devices) goes to the pool of
 * faden_blocking.
 *
 * On sockets, and in faden_sendfile, a connection that is gone is told by -EPIPE alone. Writing to
 * a pipe that nobody reads raises SIGPIPE, too, as write(2) does.
 *
 * Close descriptors that tasks wait on with faden_close: it wakes the waiters, who get -EBADF, and
 * closes the descriptor when the last call in flight has left it.
 */
#ifndef FADEN_IO_H
#define FADEN_IO_H

#include <faden/base.h>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

FADEN_BEGIN

struct addrinfo; /* <netdb.h> hides it from programs in strict C */

FADEN_API FADEN_CHECK ssize_t faden_read(int fd, void *buf, size_t n);
FADEN_API FADEN_CHECK ssize_t faden_write(int fd, const void *buf, size_t n);
FADEN_API FADEN_CHECK ssize_t faden_readv(int fd, const struct iovec *iov, int count);
FADEN_API FADEN_CHECK ssize_t faden_writev(int fd, const struct iovec *iov, int count);

/* Until all n bytes are written. Gives n, or the error that stopped it; how much was written by
   then is not told. */
FADEN_API FADEN_CHECK ssize_t faden_write_all(int fd, const void *buf, size_t n);

FADEN_API FADEN_CHECK int faden_socket(int domain, int type, int protocol);
FADEN_API FADEN_CHECK int faden_socketpair(int domain, int type, int protocol, int fds[2]);
FADEN_API FADEN_CHECK int faden_pipe(int fds[2]);

FADEN_API FADEN_CHECK int faden_accept(int fd, struct sockaddr *addr, socklen_t *len);
/* On a descriptor in blocking mode it runs in the pool. A connect that is cancelled goes on in the
   kernel: close the socket. */
FADEN_API FADEN_CHECK int faden_connect(int fd, const struct sockaddr *addr, socklen_t len);
FADEN_API FADEN_CHECK ssize_t faden_recv(int fd, void *buf, size_t n, int flags);
FADEN_API FADEN_CHECK ssize_t faden_send(int fd, const void *buf, size_t n, int flags);
FADEN_API FADEN_CHECK ssize_t faden_recvmsg(int fd, struct msghdr *msg, int flags);
FADEN_API FADEN_CHECK ssize_t faden_sendmsg(int fd, const struct msghdr *msg, int flags);

/* As poll(2), but the timeout is in nanoseconds (< 0: none; 0: do not wait). Gives how many
   descriptors have events, 0 when the time is over. */
FADEN_API FADEN_CHECK int faden_poll(struct pollfd *fds, nfds_t n, int64_t timeout);

/* Gives 0 or the error of close(2). The number is free for reuse once no call is in flight on it.
   Not a cancellation point. */
FADEN_API int faden_close(int fd);

/* Files. These run in the pool of faden_blocking unless they can be done without waiting. */
FADEN_API FADEN_CHECK int faden_open(const char *path, int flags, mode_t mode);
FADEN_API FADEN_CHECK ssize_t faden_pread(int fd, void *buf, size_t n, off_t offset);
FADEN_API FADEN_CHECK ssize_t faden_pwrite(int fd, const void *buf, size_t n, off_t offset);
FADEN_API FADEN_CHECK int faden_fsync(int fd);
FADEN_API FADEN_CHECK int faden_stat(const char *path, struct stat *st);
FADEN_API FADEN_CHECK int faden_fstat(int fd, struct stat *st);
/* Copy up to n bytes from the file `in` at *offset to the socket or pipe `out`, moving *offset. */
FADEN_API FADEN_CHECK ssize_t faden_sendfile(int out, int in, off_t *offset, size_t n);

/* As getaddrinfo(3), in the pool: 0 or an EAI_ code (they are negative too); EAI_SYSTEM is replaced
   by EAI_FAIL, EAI_AGAIN stands for a cancelled call. */
FADEN_API FADEN_CHECK int faden_getaddrinfo(const char *node, const char *service,
                                            const struct addrinfo *hints, struct addrinfo **res);
/* As waitpid(2), without blocking the other tasks. */
FADEN_API FADEN_CHECK pid_t faden_waitpid(pid_t pid, int *status, int options);

FADEN_END

#endif
