/* SPDX-License-Identifier: MIT */
/*
 * A chunked body (RFC 9112, section 7.1), read to its end and thrown away.
 *
 *      struct http_chunked c;
 *      http_chunked_init(&c, limit);
 *      while ((used = http_chunked_feed(&c, buf, n)) >= 0 && !c.done)
 *          n = read(fd, buf, sizeof buf);
 *      // used < 0: the status to refuse it with, negated; else the next request is at buf + used
 *
 * Strict where leniency has let requests be smuggled: lines end with CR LF, a size is 1 to 15
 * hexadecimal digits followed by CR or ";", extensions and trailers hold no control characters, and
 * all of them together are bounded.
 */
#ifndef HTTP_CHUNKED_H
#define HTTP_CHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HTTP_CHUNKED_EXTRA 8192 /* bytes of extensions and trailers in one body: past it 431 */

struct http_chunked {
    uint8_t state;
    uint8_t digits; /* of the size under way */
    bool done;
    bool last;      /* the size was 0 */
    uint32_t extra; /* bytes of extensions and trailers so far */
    uint64_t left;  /* of this chunk */
    uint64_t total; /* of the body so far */
    uint64_t limit; /* past it 413 */
};

void http_chunked_init(struct http_chunked *c, uint64_t limit);

/* Gives how many of the n bytes belong to the body: n, unless c->done. */
ssize_t http_chunked_feed(struct http_chunked *c, const char *buf, size_t n);

#endif
