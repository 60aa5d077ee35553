/* SPDX-License-Identifier: MIT */
/* What the tests and demos use. */
#ifndef KERNEL_TEST_STDLIB_H
#define KERNEL_TEST_STDLIB_H

#include <stddef.h>

__attribute__((noreturn)) void exit(int code);
__attribute__((noreturn)) void abort(void);
char *getenv(const char *name);
int atoi(const char *s);
long strtol(const char *s, char **end, int base);
unsigned long strtoul(const char *s, char **end, int base);
unsigned long long strtoull(const char *s, char **end, int base);
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void free(void *p);

#endif
