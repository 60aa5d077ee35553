/* SPDX-License-Identifier: MIT */
#include "http_range.h"
#include "http_lex.h"

/* Digits at *p; too large a number counts as the largest. False: there are none. */
static bool take_number(const char **p, const char *end, uint64_t *value)
{
    const char *begin = *p;
    *value = 0;
    for (; *p < end && http_is_digit(**p); ++*p) {
        unsigned digit = (unsigned)(**p - '0');
        *value = *value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *value * 10 + digit;
    }
    return *p > begin;
}

/* "-N": the last N bytes. */
static enum http_range take_suffix(const char *p, const char *end, uint64_t size, uint64_t *first,
                                   uint64_t *last)
{
    uint64_t n;
    if (!take_number(&p, end, &n) || p != end)
        return HTTP_RANGE_WHOLE;
    if (n == 0)
        return HTTP_RANGE_BEYOND;
    if (size == 0)
        return HTTP_RANGE_WHOLE; /* satisfied, but there is no way to write "no bytes" */
    *first = n < size ? size - n : 0;
    *last = size - 1;
    return HTTP_RANGE_PART;
}

enum http_range http_range_parse(const char *value, size_t n, uint64_t size, uint64_t *first,
                                 uint64_t *last)
{
    const char *p = value, *end = value + n;
    if (n < 6 || strncasecmp(p, "bytes=", 6) != 0)
        return HTTP_RANGE_WHOLE;
    p += 6;
    if (p < end && *p == '-')
        return take_suffix(p + 1, end, size, first, last);
    if (!take_number(&p, end, first) || p == end || *p++ != '-')
        return HTTP_RANGE_WHOLE;
    bool open = p == end;
    if (!open && (!take_number(&p, end, last) || p != end || *last < *first))
        return HTTP_RANGE_WHOLE;
    if (*first >= size)
        return HTTP_RANGE_BEYOND;
    if (open || *last >= size)
        *last = size - 1;
    return HTTP_RANGE_PART;
}
