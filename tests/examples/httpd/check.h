/* SPDX-License-Identifier: MIT */
/* A failed check says where and goes on; check_end() is the program's exit status. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int check_failures;

#define CHECK(condition) CHECK_SAY(condition, "%s", "")

#define CHECK_SAY(condition, ...)                                           \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                   \
            fputc('\n', stderr);                                            \
            check_failures++;                                               \
        }                                                                   \
    } while (0)

static inline int check_end(void)
{
    return check_failures > 0;
}

#endif
