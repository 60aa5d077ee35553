/* SPDX-License-Identifier: MIT */
/* Reading and writing what is no socket, without waiting in the kernel. */
#ifndef FADEN_IO_STREAM_H
#define FADEN_IO_STREAM_H

#include "io/io.h"

/* One try. -EAGAIN: wait for readiness; never given for files. */
ssize_t stream_try(struct call *c, enum direction dir, const struct iovec *iov, int count);

/* For files, complete, in the pool where it must be; offset -1: where the description stands. */
ssize_t file_transfer(int fd, enum direction dir, const struct iovec *iov, int count,
                      off_t offset);

/* Is it a file, for which there is no readiness to wait for? Found out anew. */
bool stream_find_kind(struct call *c);

#endif
