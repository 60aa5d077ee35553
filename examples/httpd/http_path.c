/* SPDX-License-Identifier: MIT */
#include "http_path.h"
#include "http_lex.h"

/* The next character of the path; *p moves past it. -400: no good escape. */
static int decode_one(const char **p, const char *end)
{
    char c = *(*p)++;
    if (c != '%')
        return c ? (unsigned char)c : -400;
    if (end - *p < 2)
        return -400;
    int high = http_hex((*p)[0]), low = http_hex((*p)[1]);
    *p += 2;
    int value = high * 16 + low;
    return high < 0 || low < 0 || value == 0 || value == '/' ? -400 : value;
}

/* The segment that ends at out + n; says how long the path is once it is taken, or a status. */
static int take_segment(const char *out, int begin, int n)
{
    const char *s = out + begin;
    int len = n - begin;
    if (len == 0 || (len == 1 && s[0] == '.'))
        return begin;
    if (len == 2 && s[0] == '.' && s[1] == '.')
        return -400;
    if (s[0] == '.' && !(len == 11 && memcmp(s, ".well-known", 11) == 0))
        return -404;
    return n;
}

int http_path_decode(const char *path, size_t size, char *out)
{
    const char *p = path, *end = path + size;
    int n = 0, begin = 0, verdict = 0;
    if (p < end && *p++ != '/')
        return -400;
    while (p < end) {
        bool slash = *p == '/';
        int c = decode_one(&p, end);
        if (c < 0)
            return c;
        if (!slash) {
            if (n == HTTP_PATH_MAX)
                return -414;
            out[n++] = (char)c;
            continue;
        }
        int kept = take_segment(out, begin, n);
        if (kept == -400)
            return kept;
        if (kept == -404)
            verdict = kept, kept = n;
        if (kept > begin && kept == HTTP_PATH_MAX)
            return -414;
        if (kept > begin)
            out[kept++] = '/';
        n = begin = kept;
    }
    int kept = take_segment(out, begin, n);
    if (kept < 0)
        return kept;
    out[kept] = 0;
    return verdict < 0 ? verdict : kept;
}
