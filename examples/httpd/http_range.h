/* SPDX-License-Identifier: MIT */
/* The Range field (RFC 9110, section 14): one range of bytes. */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

enum http_range {
    HTTP_RANGE_WHOLE, /* send it all: malformed, another unit, or several ranges, which need no
                         answer */
    HTTP_RANGE_PART,  /* 206 */
    HTTP_RANGE_BEYOND /* 416 */
};

/* What the value asks of a file of `size` bytes: for HTTP_RANGE_PART bytes *first to *last. */
enum http_range http_range_parse(const char *value, size_t n, uint64_t size, uint64_t *first,
                                 uint64_t *last);

#endif
