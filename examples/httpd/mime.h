/* SPDX-License-Identifier: MIT */
#ifndef MIME_H
#define MIME_H

/* The media type of a file, by the end of its name. */
const char *mime_of(const char *path);

#endif
