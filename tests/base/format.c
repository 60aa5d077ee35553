/* SPDX-License-Identifier: MIT */
/* The formatter of reports against snprintf, and its limits. */
#include "base/format.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define same(...)                                                                       \
    do {                                                                                \
        char ours[128], theirs[128];                                                    \
        struct text line = {.buf = ours, .size = sizeof ours};                             \
        text_format(&line, __VA_ARGS__);                                                   \
        snprintf(theirs, sizeof theirs, __VA_ARGS__);                                   \
        if (strcmp(ours, theirs) != 0 || line.len != strlen(ours)) {                       \
            fprintf(stderr, "line %d: '%s' instead of '%s'\n", __LINE__, ours, theirs); \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)

int main(void)
{
    static const char wide[] = "abc";
    char small[8];
    struct text t = {.buf = small, .size = sizeof small};
    same("plain");
    same("%s|%5s|%-5s|%2s", wide, wide, wide, wide);
    same("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
    same("%ld %ld %lld", LONG_MAX, LONG_MIN, LLONG_MIN);
    same("%u %lu %llu %zu", UINT_MAX, ULONG_MAX, ULLONG_MAX, (size_t)7);
    same("%x %lx %6x|%06x|%-6x|", 0xbeefu, ULONG_MAX / 7, 0xau, 0xau, 0xau);
    same("%5d|%-5d|%05d|%1d", 42, 42, 42, 42);
    same("%c%c%%", 'a', 'b');
    same("%p", (void *)&t);
    text_format(&t, "%s", "longer than it");
    if (strcmp(small, "longer ") != 0) {
        fprintf(stderr, "cut off as '%s'\n", small);
        return 1;
    }
    text_format(&t, "%d", 5); /* full: nothing is added, nothing breaks */
    return strcmp(small, "longer ") != 0;
}
