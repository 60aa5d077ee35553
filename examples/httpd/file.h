/* SPDX-License-Identifier: MIT */
#ifndef FILE_H
#define FILE_H

#include "exchange.h"

/* Answer a GET or HEAD with the file or directory at x->path. */
void file_reply(struct exchange *x);

/* The status for what the system says when a file is opened. */
int file_status(int error);

/* Answer with a listing of the directory open at `fd`. */
void listing_reply(struct exchange *x, int fd);

#endif
