/* SPDX-License-Identifier: MIT */
/*
 * Invariants. CHECK is always on: misuse that a program can commit. ASSERT is on in checked builds
 * (meson -Dchecked=true): what the library promises itself.
 */
#ifndef FADEN_BASE_ASSERT_H
#define FADEN_BASE_ASSERT_H

#include <faden/context.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define CHECK(condition, ...)         \
    do {                              \
        if (unlikely(!(condition)))   \
            faden_panic(__VA_ARGS__); \
    } while (0)

#ifdef FADEN_CHECKED
#define ASSERT(condition, what) \
    CHECK(condition, "%s:%d: broken invariant: %s (%s)", __FILE__, __LINE__, what, #condition)
#else
#define ASSERT(condition, what) ((void)sizeof(!(condition)))
#endif

#endif
