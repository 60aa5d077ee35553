/* SPDX-License-Identifier: MIT */
/*
 * Opening files below the root, and nowhere else.
 *
 * The kernel resolves the path: openat2(RESOLVE_BENEATH) refuses whatever would leave the root, at
 * the moment it is followed, so that nobody can swap a directory for a symbolic link in between.
 * Where that call does not exist, or no symbolic links are wanted, the path is walked one segment
 * at a time with O_NOFOLLOW.
 */
#ifndef ROOT_H
#define ROOT_H

#include <stdbool.h>

/* Find out what the kernel can do; `root` is any directory. Call it once, before the others. */
void root_probe(int root);

/* Open `path`, as http_path_decode makes it ("" is the root), for reading. Goes to a thread of the
   pool if the disk is needed. Gives the descriptor or a negative errno value: -EXDEV and -ELOOP for
   what would leave the root. A task. */
int root_open(int root, const char *path, bool symlinks);

#endif
