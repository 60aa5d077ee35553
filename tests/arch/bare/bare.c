/* SPDX-License-Identifier: MIT */
/*
 * The portable part of the conformance program without a C library, for ports built without a
 * floating-point unit: bare.S of the ISA has the entry, bare_write and bare_exit.
 */
#include "conform.h"

#include "base/report.h"

void bare_main(void);
void bare_write(const char *text, size_t n);
__attribute__((noreturn)) void bare_exit(int status);

/* What the compiler calls by itself. */
void *memset(void *to, int byte, size_t n)
{
    for (char *p = to; n--; p++)
        *p = (char)byte;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    char *p = to;
    for (const char *q = from; n--;)
        *p++ = *q++;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    for (; n--; p++, q++)
        if (*p != *q)
            return *p - *q;
    return 0;
}

void conform_put(const char *text, size_t n)
{
    bare_write(text, n);
}

uint64_t conform_ms(void)
{
    return 0;
}

void platform_report(const char *text, size_t n, bool fatal)
{
    if (fatal)
        conform_caught(text, n);
    conform_put(text, n);
    if (fatal)
        bare_exit(2);
}

void bare_main(void)
{
    static const struct conform_check waits[] = {{"waits", conform_waits}, {NULL, NULL}};
    static const struct conform_how how = {.more = waits, .transfers = 100000};
    bare_exit(conform_run(&how) != 0);
}
