/* SPDX-License-Identifier: MIT */
/* Which sanitizer a test is built with; gcc and clang tell in different ways. */
#ifndef TESTS_SANITIZED_H
#define TESTS_SANITIZED_H

#if defined __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

#if defined __SANITIZE_ADDRESS__ || HAS_FEATURE(address_sanitizer)
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

#if defined __SANITIZE_THREAD__ || HAS_FEATURE(thread_sanitizer)
#define UNDER_TSAN 1
#else
#define UNDER_TSAN 0
#endif

#define SANITIZED (UNDER_ASAN || UNDER_TSAN)

#endif
