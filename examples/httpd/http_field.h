/* SPDX-License-Identifier: MIT */
/* One line of a request head after the first: see http_parse.h. */
#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include "http_parse.h"

/* The line of len bytes at buf + at, without its CR LF. Gives 0 or the status, negated. */
int http_field_parse(struct http_request *r, const char *buf, size_t at, size_t len);

/* The characters that a host, with or without a port, is made of. */
bool http_is_host(const char *p, size_t n);

#endif
