/* SPDX-License-Identifier: MIT */
/* Transfers that do not wait for ever: see --write-timeout and --min-rate. */
#ifndef NET_H
#define NET_H

#include "options.h"

#include <stddef.h>
#include <sys/types.h>

/* How far one transfer has come; all zero before it begins. */
struct pace {
    int64_t begun; /* ns */
    int64_t bytes;
};

/* Receive up to n bytes within ns nanoseconds. Gives their number; 0: the end; or a negative errno
   value, -ETIMEDOUT if the time is over. */
ssize_t net_recv(int fd, void *buf, size_t n, int64_t ns);

/* The same, at the pace that the options ask for. */
ssize_t net_recv_paced(int fd, void *buf, size_t n, struct pace *p, const struct options *o);

/* Send all n bytes at that pace. Gives 0 or a negative errno value. */
int net_send(int fd, const void *buf, size_t n, int flags, struct pace *p, const struct options *o);

/* Send n bytes of the file `in` from `offset` on. Gives 0, -ENODATA if the file ends before, or
   another negative errno value. */
int net_send_file(int fd, int in, off_t offset, uint64_t n, struct pace *p,
                  const struct options *o);

/* Close a connection whose peer may still be sending: what arrives unread after close(2) would make
   the kernel reset the connection, and the peer could lose our last answer. So end our side, then
   read for a moment. */
void net_linger(int fd);

#endif
