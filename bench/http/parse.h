/* SPDX-License-Identifier: MIT */
/* A small parser of HTTP/1.x requests without bodies: what all C servers here share. */
#ifndef BENCH_PARSE_H
#define BENCH_PARSE_H

#include <stddef.h>
#include <string.h>
#include <strings.h>

struct request {
    const char *method, *target; /* they point into what was parsed */
    size_t method_len, target_len;
    int keep_alive;
};

/* "METHOD TARGET HTTP/1.x" in [p, end). Gives 0, or -1 if it is something else. */
static int parse_request_line(const char *p, const char *end, struct request *r)
{
    const char *space = (const char *)memchr(p, ' ', (size_t)(end - p));
    if (!space || space == p)
        return -1;
    r->method = p;
    r->method_len = (size_t)(space - p);
    p = space + 1;
    space = (const char *)memchr(p, ' ', (size_t)(end - p));
    if (!space || space == p)
        return -1;
    r->target = p;
    r->target_len = (size_t)(space - p);
    p = space + 1;
    if (end - p != 8 || memcmp(p, "HTTP/1.", 7) != 0)
        return -1;
    r->keep_alive = p[7] != '0';
    return 0;
}

/* "Name: value" in [p, end): only Connection says anything to us. Gives 0, or -1. */
static int parse_header(const char *p, const char *end, struct request *r)
{
    const char *colon = (const char *)memchr(p, ':', (size_t)(end - p));
    if (!colon || colon == p)
        return -1;
    size_t name_len = (size_t)(colon - p);
    const char *value = colon + 1;
    while (value < end && *value == ' ')
        value++;
    size_t value_len = (size_t)(end - value);
    if (name_len == 10 && strncasecmp(p, "connection", 10) == 0) {
        if (value_len == 5 && strncasecmp(value, "close", 5) == 0)
            r->keep_alive = 0;
        else if (value_len == 10 && strncasecmp(value, "keep-alive", 10) == 0)
            r->keep_alive = 1;
    }
    if (name_len == 14 && strncasecmp(p, "content-length", 14) == 0)
        return value_len == 1 && *value == '0' ? 0 : -1;
    return 0;
}

/* The request that begins at buf. Gives how many bytes it takes; 0 if it is not all there; -1 if it
   is no request, or one with a body. */
static long parse_request(const char *buf, size_t len, struct request *r)
{
    const char *end = buf + len, *line = buf;
    for (;;) {
        const char *newline = (const char *)memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            return 0;
        const char *line_end = newline > line && newline[-1] == '\r' ? newline - 1 : newline;
        if (line == buf) {
            if (parse_request_line(line, line_end, r) < 0)
                return -1;
        } else if (line_end == line) {
            return newline + 1 - buf;
        } else if (parse_header(line, line_end, r) < 0) {
            return -1;
        }
        line = newline + 1;
    }
}

#endif
