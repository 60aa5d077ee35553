/* SPDX-License-Identifier: MIT */
/* Printing, on the console: what the tests and demos use. */
#ifndef KERNEL_TEST_STDIO_H
#define KERNEL_TEST_STDIO_H

#include <stddef.h>

typedef struct stream FILE;
extern FILE *const stdout, *const stderr;

__attribute__((format(printf, 1, 2))) int printf(const char *format, ...);
__attribute__((format(printf, 2, 3))) int fprintf(FILE *f, const char *format, ...);
__attribute__((format(printf, 3, 4))) int snprintf(char *to, size_t n, const char *format, ...);
int fputc(int c, FILE *f);
int putchar(int c);
int fputs(const char *s, FILE *f);
int puts(const char *s);
int fflush(FILE *f);

/* Declared, for functions of test headers that no test in the image calls. */
FILE *fopen(const char *path, const char *mode);
char *fgets(char *to, int n, FILE *f);
int fclose(FILE *f);

#endif
