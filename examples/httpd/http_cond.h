/* SPDX-License-Identifier: MIT */
/* Conditional requests (RFC 9110, section 13): has the client what it asks for already? */
#ifndef HTTP_COND_H
#define HTTP_COND_H

#include "http_parse.h"

/* Of the file that would be sent. */
struct http_validators {
    const char *etag; /* strong, with its quotes */
    int64_t modified; /* seconds since 1970 */
    int64_t now;
};

/* Weigh If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in this order, for a
   GET or HEAD. Gives 0 (go on), 304 or 412. */
int http_cond_check(const struct http_request *r, const char *buf, const struct http_validators *v);

/* Does If-Range, if present, let Range count? */
bool http_cond_range(const struct http_request *r, const char *buf,
                     const struct http_validators *v);

#endif
