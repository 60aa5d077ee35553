/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdlib.h>
#include <string.h>

void text_free(struct text *t)
{
    free(t->data);
    *t = text_growing(t->limit);
}

/* Make room for n more bytes. */
static bool reserve(struct text *t, size_t n)
{
    if (t->failed || n <= t->room - t->len)
        return !t->failed;
    size_t room = t->room ? t->room : 4096;
    while (room - t->len < n && room < t->limit)
        room *= 2;
    if (room > t->limit)
        room = t->limit;
    char *data = room - t->len >= n && room > t->room ? realloc(t->data, room) : NULL;
    if (!data) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->room = room;
    return true;
}

void text_bytes(struct text *t, const void *data, size_t n)
{
    if (n > 0 && reserve(t, n)) {
        memcpy(t->data + t->len, data, n);
        t->len += n;
    }
}

void text_add(struct text *t, const char *string)
{
    text_bytes(t, string, strlen(string));
}

void text_char(struct text *t, char c)
{
    text_bytes(t, &c, 1);
}

void text_padded(struct text *t, uint64_t n, int digits)
{
    char d[20];
    size_t at = sizeof d;
    do
        d[--at] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (at > 0 && sizeof d - at < (size_t)digits)
        d[--at] = '0';
    text_bytes(t, d + at, sizeof d - at);
}

void text_number(struct text *t, int64_t n)
{
    if (n < 0)
        text_char(t, '-');
    text_padded(t, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 1);
}

static void hex_digits(struct text *t, uint64_t n, int digits)
{
    while (digits-- > 0)
        text_char(t, "0123456789abcdef"[n >> (digits * 4) & 15]);
}

void text_hex(struct text *t, uint64_t n)
{
    int digits = 1;
    while (digits < 16 && n >> (digits * 4) != 0)
        digits++;
    hex_digits(t, n, digits);
}

void text_html(struct text *t, const char *string)
{
    for (const char *p = string; *p; p++)
        switch (*p) {
        case '&': text_add(t, "&amp;"); break;
        case '<': text_add(t, "&lt;"); break;
        case '>': text_add(t, "&gt;"); break;
        case '"': text_add(t, "&quot;"); break;
        case '\'': text_add(t, "&#39;"); break;
        default: text_char(t, *p);
        }
}

/* The length of the UTF-8 character at p, 0 if it is none. */
static size_t utf8_len(const char *string)
{
    const unsigned char *p = (const unsigned char *)string;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool none = p[0] > 0xf4 || (p[0] == 0xf4 && p[1] > 0x8f) || (p[0] == 0xed && p[1] > 0x9f);
    return overlong || none ? 0 : n;
}

void text_json(struct text *t, const char *string)
{
    if (!string) {
        text_add(t, "null");
        return;
    }
    text_char(t, '"');
    for (const char *p = string; *p;) {
        unsigned char c = (unsigned char)*p;
        size_t n = utf8_len(p);
        if (n == 0) {
            text_add(t, "\\ufffd");
        } else if (c < 0x20 || c == 0x7f) {
            text_add(t, "\\u00");
            hex_digits(t, c, 2);
        } else {
            if (c == '"' || c == '\\')
                text_char(t, '\\');
            text_bytes(t, p, n);
        }
        p += n > 0 ? n : 1;
    }
    text_char(t, '"');
}

void text_url(struct text *t, const char *path, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = path[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            (c != 0 && strchr("-._~/", c))) {
            text_char(t, c);
        } else {
            text_char(t, '%');
            hex_digits(t, (unsigned char)c, 2);
        }
    }
}

void text_visible(struct text *t, const char *string, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)string[i];
        if (c < 0x20 || c >= 0x7f) {
            text_add(t, "\\x");
            hex_digits(t, c, 2);
        } else {
            if (c == '"' || c == '\\')
                text_char(t, '\\');
            text_char(t, (char)c);
        }
    }
}
