/* SPDX-License-Identifier: MIT */
/*
 * Text for reports, where there is no printf: into a fixed buffer, cut off at its end, always
 * terminated. Knows %s %c %d %u %x %p %%, with l, ll, z and t, and a minimum width with '-' and
 * '0'.
 */
#ifndef FADEN_BASE_FORMAT_H
#define FADEN_BASE_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <faden/base.h>

struct text {
    char *buf;
    size_t size, len; /* len < size: room for the terminator is kept */
};

static inline void text_char(struct text *t, char c)
{
    if (t->len + 1 < t->size)
        t->buf[t->len++] = c;
}

/* The digits of `n`, last one first, into `d`; gives how many. */
static inline int text_digits(char d[20], uint64_t n, unsigned base)
{
    int i = 0;
    do {
        d[i++] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    return i;
}

struct text_spec {
    int width;
    char pad;
    bool left;
};

static inline void text_padded(struct text *t, struct text_spec f, const char *s, int n)
{
    if (!f.left)
        for (int i = n; i < f.width; i++)
            text_char(t, f.pad);
    for (int i = 0; i < n; i++)
        text_char(t, s[i]);
    if (f.left)
        for (int i = n; i < f.width; i++)
            text_char(t, ' ');
}

static inline void text_number(struct text *t, struct text_spec f, uint64_t n, unsigned base,
                               const char *prefix)
{
    char digits[20], out[24];
    int n_out = 0;
    int n_digits = text_digits(digits, n, base);
    while (*prefix)
        out[n_out++] = *prefix++;
    while (n_digits)
        out[n_out++] = digits[--n_digits];
    text_padded(t, f, out, n_out);
}

static inline void text_string(struct text *t, struct text_spec f, const char *s)
{
    int n = 0;
    if (!s)
        s = "(none)";
    while (s[n])
        n++;
    text_padded(t, f, s, n);
}

static inline uint64_t text_unsigned(va_list *args, int longs)
{
    if (longs >= 2)
        return va_arg(*args, unsigned long long);
    return longs ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);
}

static inline void text_signed(struct text *t, struct text_spec f, va_list *args, int longs)
{
    int64_t n = longs >= 2 ? va_arg(*args, long long)
                : longs    ? va_arg(*args, long)
                           : va_arg(*args, int);
    text_number(t, f, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, n < 0 ? "-" : "");
}

/* One conversion; `p` is behind the '%'. Gives what follows it. */
static inline const char *text_conversion(struct text *t, const char *p, va_list *args)
{
    struct text_spec f = {.pad = ' '};
    int longs = 0;
    for (; *p == '-' || *p == '0'; p++)
        if (*p == '-')
            f.left = true;
        else
            f.pad = '0';
    for (; *p >= '0' && *p <= '9'; p++)
        f.width = f.width * 10 + (*p - '0');
    for (; *p == 'l' || *p == 'z' || *p == 't'; p++)
        longs += *p != 'l' ? (sizeof(size_t) == sizeof(long)) : 1;
    switch (*p) {
    case 's': text_string(t, f, va_arg(*args, const char *)); break;
    case 'c': text_char(t, (char)va_arg(*args, int)); break;
    case 'd': text_signed(t, f, args, longs); break;
    case 'u': text_number(t, f, text_unsigned(args, longs), 10, ""); break;
    case 'x': text_number(t, f, text_unsigned(args, longs), 16, ""); break;
    case 'p': text_number(t, f, (uintptr_t)va_arg(*args, void *), 16, "0x"); break;
    case '\0': return p;
    default: text_char(t, *p);
    }
    return p + 1;
}

static inline void text_vformat(struct text *t, const char *format, va_list args)
{
    va_list copy;
    va_copy(copy, args);
    while (*format)
        if (*format == '%')
            format = text_conversion(t, format + 1, &copy);
        else
            text_char(t, *format++);
    t->buf[t->len] = '\0';
    va_end(copy);
}

FADEN_FORMAT(2, 3) static inline void text_format(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vformat(t, format, args);
    va_end(args);
}

#endif
