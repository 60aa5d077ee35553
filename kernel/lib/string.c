/* SPDX-License-Identifier: MIT */
/* The string functions that the compiler, the core and the kernel use. */
#include <string.h>

/* A word at a time where both ends allow it, eight in a row: most of what is copied is pages. */
typedef uintptr_t __attribute__((may_alias)) word;
enum { ROW = 8, ROW_SIZE = ROW * sizeof(word) };

static int both_aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & (sizeof(word) - 1)) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    char *d = to;
    const char *s = from;
    if (both_aligned(d, s)) {
        for (; n >= ROW_SIZE; n -= ROW_SIZE, d += ROW_SIZE, s += ROW_SIZE) {
            word *x = (word *)d;
            const word *y = (const word *)s;
#pragma GCC unroll 8
            for (int i = 0; i < ROW; i++)
                x[i] = y[i];
        }
        for (; n >= sizeof(word); n -= sizeof(word), d += sizeof(word), s += sizeof(word))
            *(word *)d = *(const word *)s;
    }
    while (n--)
        *d++ = *s++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    char *d = to;
    const char *s = from;
    if (d <= s || d >= s + n)
        return memcpy(to, from, n);
    while (n--)
        d[n] = s[n];
    return to;
}

void *memset(void *to, int c, size_t n)
{
    char *d = to;
    word pattern = (unsigned char)c * (~(word)0 / 255);
    for (; n && (uintptr_t)d % sizeof(word); n--)
        *d++ = (char)c;
    for (; n >= ROW_SIZE; n -= ROW_SIZE, d += ROW_SIZE) {
        word *x = (word *)d;
#pragma GCC unroll 8
        for (int i = 0; i < ROW; i++)
            x[i] = pattern;
    }
    for (; n >= sizeof(word); n -= sizeof(word), d += sizeof(word))
        *(word *)d = pattern;
    while (n--)
        *d++ = (char)c;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;
    for (; n; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

void *memchr(const void *p, int c, size_t n)
{
    const unsigned char *s = p;
    for (; n; n--, s++)
        if (*s == (unsigned char)c)
            return (void *)s;
    return NULL;
}

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++)
        if (*a != *b || !*a)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

char *strchr(const char *s, int c)
{
    for (;; s++)
        if (*s == (char)c)
            return (char *)s;
        else if (!*s)
            return NULL;
}

char *strstr(const char *s, const char *part)
{
    size_t n = strlen(part);
    for (;; s++)
        if (!strncmp(s, part, n))
            return (char *)s;
        else if (!*s)
            return NULL;
}

char *strcpy(char *restrict to, const char *restrict from)
{
    return memcpy(to, from, strlen(from) + 1);
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
    size_t i = 0;
    for (; i < n && from[i]; i++)
        to[i] = from[i];
    memset(to + i, 0, n - i);
    return to;
}
