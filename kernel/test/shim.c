/* SPDX-License-Identifier: MIT */
/* The part of a C library that the tests in the image use, on the kernel's own functions. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/format.h"
#include "kernel.h"
#include "platform/platform.h"
#include "runner.h"

/* ---- printing ---------------------------------------------------------------------------- */

FILE *const stdout, *const stderr;

int printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprint(format, args);
    va_end(args);
    return 0;
}

int fprintf(FILE *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprint(format, args);
    va_end(args);
    return 0;
}

int snprintf(char *to, size_t n, const char *format, ...)
{
    struct text t = {.buf = to, .size = n};
    va_list args;
    va_start(args, format);
    text_vformat(&t, format, args);
    va_end(args);
    return (int)t.len;
}

int fputc(int c, FILE *f)
{
    char byte = (char)c;
    console_write(&byte, 1);
    return c;
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int fputs(const char *s, FILE *f)
{
    console_write(s, strlen(s));
    return 0;
}

int puts(const char *s)
{
    fputs(s, stdout);
    return putchar('\n');
}

int fflush(FILE *f)
{
    return 0;
}

/* ---- memory: the size lies before the block ------------------------------------------------ */

enum { HEADER = 16 };

void *malloc(size_t n)
{
    size_t *p = n > SIZE_MAX - HEADER ? NULL : platform_alloc(n + HEADER);
    if (!p)
        return NULL;
    *p = n + HEADER;
    return (char *)p + HEADER;
}

void *calloc(size_t n, size_t size)
{
    void *p = size && n > SIZE_MAX / size ? NULL : malloc(n * size);
    return p ? memset(p, 0, n * size) : NULL;
}

void free(void *p)
{
    size_t *header = (size_t *)((char *)p - HEADER);
    if (p)
        platform_free(header, *header);
}

/* ---- numbers, the environment, the end ----------------------------------------------------- */

unsigned long long strtoull(const char *s, char **end, int base)
{
    unsigned long long n = 0;
    for (; *s >= '0' && *s <= '9'; s++)
        n = n * 10 + (unsigned long long)(*s - '0');
    if (end)
        *end = (char *)s;
    return n;
}

unsigned long strtoul(const char *s, char **end, int base)
{
    return (unsigned long)strtoull(s, end, base);
}

long strtol(const char *s, char **end, int base)
{
    return *s == '-' ? -(long)strtoull(s + 1, end, base) : (long)strtoull(s, end, base);
}

int atoi(const char *s)
{
    return (int)strtol(s, NULL, 10);
}

char *getenv(const char *name)
{
    return NULL;
}

char *strerror(int number)
{
    return number ? "an error" : "no error";
}

void exit(int code)
{
    runner_end(code);
}

void _exit(int code)
{
    runner_end(code);
}

void abort(void)
{
    runner_end(1);
}

unsigned alarm(unsigned seconds)
{
    watchdog_set(seconds ? platform_now() + seconds * FADEN_SEC : FADEN_FOREVER);
    return 0;
}

pid_t getpid(void)
{
    return 1;
}
