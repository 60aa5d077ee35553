/* SPDX-License-Identifier: MIT */
/* Dates as HTTP writes them (RFC 9110, section 5.6.7). Times are seconds since 1970, UTC. */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include <stddef.h>
#include <stdint.h>

#define HTTP_DATE_LEN 29

/* "Sun, 06 Nov 1994 08:49:37 GMT", with a NUL after it. Times outside the years 1 to 9999 are moved
   to the nearest end. */
void http_date_format(int64_t time, char out[HTTP_DATE_LEN + 1]);

/* Read one of the three forms that must be understood. A two-digit year is taken to lie at most 50
   years after `now`. Gives the time, or -1 for anything else, dates before 1970 among them. */
int64_t http_date_parse(const char *p, size_t n, int64_t now);

#endif
