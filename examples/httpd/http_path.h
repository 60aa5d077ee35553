/* SPDX-License-Identifier: MIT */
/*
 * From the path of a request to a path below the root.
 *
 *      "/a%20b//./c" -> "a b/c"        "/" -> ""        "/dir/" -> "dir/"
 *
 * Percent escapes are decoded first, then segments are looked at, so that no spelling of ".." gets
 * through. Refused with 400: a malformed escape, an escaped NUL, an escaped slash, a ".." segment
 * (clients resolve these before they ask). Not found, 404: a segment that begins with a dot, since
 * such files are private by custom; ".well-known" is public.
 */
#ifndef HTTP_PATH_H
#define HTTP_PATH_H

#include <stddef.h>

#define HTTP_PATH_MAX 4000 /* bytes of a decoded path: past it 414 */

/* Gives the length of what was put into `out` (with a NUL after it), or the status negated.
   `out` holds HTTP_PATH_MAX + 1 bytes. */
int http_path_decode(const char *path, size_t n, char *out);

#endif
