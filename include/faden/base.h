/* SPDX-License-Identifier: MIT */
/*
 * faden/base.h: what every faden header leans on.
 *
 * Errors. A function that can fail returns int: 0 (or a count) on success, a negative errno
 * value on failure. The library never reads or writes the variable errno to report.
 * What a correct program cannot do (resume a running coroutine, unlock a mutex it does not
 * hold) panics: one report on the error stream that names the thing, then abort().
 *
 * Time is int64_t nanoseconds on the monotonic clock (faden_now()).
 */
#ifndef FADEN_BASE_H
#define FADEN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __STDC_HOSTED__
#include <errno.h>
#else
/* Freestanding: the numbers of Linux's generic ABI. */
#define ESRCH 3
#define EINTR 4
#define EBADF 9
#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22
#define EPIPE 32
#define EDEADLK 35
#define ENOTSUP 95
#define ETIMEDOUT 110
#define ECANCELED 125
#endif

#define FADEN_VERSION_MAJOR 0
#define FADEN_VERSION_MINOR 1
#define FADEN_VERSION_PATCH 0

#ifdef __cplusplus
#define FADEN_BEGIN extern "C" {
#define FADEN_END }
#else
#define FADEN_BEGIN
#define FADEN_END
#endif

/* Part of the public interface; everything else stays inside the shared object. */
#define FADEN_API __attribute__((visibility("default")))
/* The result says whether it happened; not to look at it is a mistake. */
#define FADEN_CHECK __attribute__((warn_unused_result))
#define FADEN_NORETURN __attribute__((noreturn))
/* The arguments are checked against a format of C's printf, also where the system's differs. */
#if defined __MINGW32__ && !defined __clang__
#define FADEN_FORMAT(string, first) __attribute__((format(gnu_printf, string, first)))
#else
#define FADEN_FORMAT(string, first) __attribute__((format(printf, string, first)))
#endif
/* The call may hand the processor to another control flow before it returns. */
#define FADEN_SWITCHES

#define FADEN_FOREVER INT64_MAX /* a deadline that never comes */
#define FADEN_USEC ((int64_t)1000)
#define FADEN_MSEC ((int64_t)1000000)
#define FADEN_SEC ((int64_t)1000000000)

#endif
