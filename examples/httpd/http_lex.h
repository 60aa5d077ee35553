/* SPDX-License-Identifier: MIT */
/* The characters and lists of RFC 9110, section 5.6. */
#ifndef HTTP_LEX_H
#define HTTP_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static inline bool http_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool http_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* -1: no hexadecimal digit. */
static inline int http_hex(char c)
{
    if (http_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* A character of a token. */
static inline bool http_is_token(char c)
{
    return http_is_alpha(c) || http_is_digit(c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c));
}

/* A character of a field's value: anything but control characters, tab excepted. */
static inline bool http_is_value(char c)
{
    unsigned char u = (unsigned char)c;
    return u == '\t' || (u >= 0x20 && u != 0x7f);
}

static inline bool http_is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Take white space off both ends. */
static inline void http_trim(const char **p, size_t *n)
{
    while (*n > 0 && http_is_space(**p))
        ++*p, --*n;
    while (*n > 0 && http_is_space((*p)[*n - 1]))
        --*n;
}

/* Are these n bytes the word, in any case of letters? */
static inline bool http_equal(const char *p, size_t n, const char *word)
{
    return n == strlen(word) && strncasecmp(p, word, n) == 0;
}

/* Take the next element off a comma-separated list; false at its end. Elements can be empty. *more
   begins as true. */
static inline bool http_list(const char **list, size_t *left, bool *more, const char **element,
                             size_t *n)
{
    if (!*more)
        return false;
    const char *comma = *left > 0 ? memchr(*list, ',', *left) : NULL;
    *element = *list;
    *n = comma ? (size_t)(comma - *list) : *left;
    *more = comma != NULL;
    *list += *n + (comma != NULL);
    *left -= *n + (comma != NULL);
    http_trim(element, n);
    return true;
}

#endif
