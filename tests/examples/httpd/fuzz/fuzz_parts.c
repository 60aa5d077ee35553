/* SPDX-License-Identifier: MIT */
/*
 * The smaller parsers, under libFuzzer or fuzz_main.c; the first byte says which:
 *   c  a chunked body: all ways of cutting it agree, and it never ends before "\r\n\r\n"
 *   p  a path: what comes out stays below the root
 *   r  a range, and the conditions: in bounds
 *   d  a date: what is understood, written and read again, is the same time
 *   t  text: escaped, it is of harmless characters only
 */
#include "http_chunked.h"
#include "http_cond.h"
#include "http_date.h"
#include "http_path.h"
#include "http_range.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                  \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                        \
        }                                                                   \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feed in pieces of `step`. Gives the length of the body, the status negated, or 0: unfinished. */
static ssize_t chunked_in_steps(const char *buf, size_t n, size_t step, struct http_chunked *c)
{
    http_chunked_init(c, 100000);
    for (size_t used = 0; used < n;) {
        size_t some = n - used < step ? n - used : step;
        ssize_t got = http_chunked_feed(c, buf + used, some);
        REQUIRE(got <= (ssize_t)some);
        used += got > 0 ? (size_t)got : 0;
        if (got < 0 || c->done)
            return got < 0 ? got : (ssize_t)used;
        REQUIRE(got == (ssize_t)some);
    }
    return 0;
}

static void fuzz_chunked(const char *buf, size_t n)
{
    struct http_chunked c, d;
    ssize_t whole = chunked_in_steps(buf, n, n + 1, &c);
    for (size_t step = 1; step < 8; step++) {
        REQUIRE(chunked_in_steps(buf, n, step, &d) == whole);
        REQUIRE(c.done == d.done && (whole < 0 || c.total == d.total));
    }
    REQUIRE(c.total <= 100000);
    if (whole > 0)
        REQUIRE(whole >= 5 && memcmp(buf + whole - 2, "\r\n", 2) == 0);
    if (whole > 0)
        REQUIRE(c.total + 5 <= (uint64_t)whole);
}

static void fuzz_path(const char *buf, size_t n)
{
    char out[HTTP_PATH_MAX + 1];
    int got = http_path_decode(buf, n, out);
    if (got < 0) {
        REQUIRE(got == -400 || got == -404 || got == -414);
        return;
    }
    REQUIRE(got <= (int)n && strlen(out) == (size_t)got && out[0] != '/');
    REQUIRE(strncmp(out, "../", 3) != 0 && strcmp(out, "..") != 0);
    REQUIRE(!strstr(out, "/../") && !strstr(out, "//") && !strstr(out, "/./"));
    REQUIRE(got < 3 || strcmp(out + got - 3, "/..") != 0);
    /* Encoded again, it means the same. */
    static char room[3 * HTTP_PATH_MAX + 2];
    char again[HTTP_PATH_MAX + 1];
    struct text t = text_in(room, sizeof room);
    text_char(&t, '/');
    text_url(&t, out, (size_t)got);
    REQUIRE(!t.failed && http_path_decode(t.data, t.len, again) == got);
    REQUIRE(memcmp(out, again, (size_t)got) == 0);
}

static void fuzz_range(const char *buf, size_t n)
{
    static const uint64_t sizes[] = {0, 1, 10, 1000000, INT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t first, last;
        if (http_range_parse(buf, n, sizes[i], &first, &last) == HTTP_RANGE_PART)
            REQUIRE(first <= last && last < sizes[i]);
    }
    static const char *const names[] = {"If-Match", "If-None-Match", "If-Range",
                                        "If-Modified-Since", "If-Unmodified-Since"};
    static struct http_request r;
    static char head[HTTP_HEAD_MAX];
    struct http_validators v = {"\"v1\"", 784111777, 784111777 + 1000};
    for (size_t i = 0; i < 5 && n < sizeof head - 64; i++) {
        int len = snprintf(head, sizeof head, "GET / HTTP/1.0\r\n%s: ", names[i]);
        memcpy(head + len, buf, n);
        memcpy(head + len + n, "\r\n\r\n", 4);
        size_t all = (size_t)len + n + 4;
        http_request_init(&r);
        if (http_request_parse(&r, head, all) != (int)all)
            return;
        char *exact = malloc(all); /* so that a step outside is seen */
        memcpy(exact, head, all);
        int status = http_cond_check(&r, exact, &v);
        REQUIRE(status == 0 || status == 304 || status == 412);
        http_cond_range(&r, exact, &v);
        free(exact);
    }
}

static void fuzz_date(const char *buf, size_t n)
{
    char out[HTTP_DATE_LEN + 1];
    int64_t t = http_date_parse(buf, n, 784111777), any = 0;
    if (t >= 0) {
        http_date_format(t, out);
        REQUIRE(strlen(out) == HTTP_DATE_LEN && http_date_parse(out, HTTP_DATE_LEN, 0) == t);
    }
    memcpy(&any, buf, n < sizeof any ? n : sizeof any);
    http_date_format(any, out);
    REQUIRE(strlen(out) == HTTP_DATE_LEN);
}

static void fuzz_text(const char *buf, size_t n)
{
    struct text t = text_growing(1 << 20);
    char *string = malloc(n + 1);
    memcpy(string, buf, n);
    string[n] = 0;
    text_html(&t, string);
    for (size_t i = 0; i < t.len; i++)
        REQUIRE(!strchr("<>\"'", t.data[i]));
    size_t begin = t.len;
    text_json(&t, string);
    REQUIRE(t.data[begin] == '"' && t.data[t.len - 1] == '"' && t.len - begin >= 2);
    for (size_t i = begin + 1; i < t.len - 1; i++) {
        REQUIRE(t.data[i] != '"' && (unsigned char)t.data[i] >= 0x20);
        if (t.data[i] == '\\')
            REQUIRE(++i < t.len - 1 && strchr("\"\\u", t.data[i]));
    }
    begin = t.len;
    text_visible(&t, buf, n);
    for (size_t i = begin; i < t.len; i++)
        REQUIRE(t.data[i] >= 0x20 && t.data[i] < 0x7f);
    REQUIRE(!t.failed || n > 100000);
    text_free(&t);
    free(string);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t n = size - 1;
    char *buf = malloc(n ? n : 1); /* of exactly this size, so that a step outside is seen */
    memcpy(buf, data + 1, n);
    switch (data[0]) {
    case 'c': fuzz_chunked(buf, n); break;
    case 'p': fuzz_path(buf, n); break;
    case 'r': fuzz_range(buf, n); break;
    case 'd': fuzz_date(buf, n); break;
    case 't': fuzz_text(buf, n); break;
    default: break;
    }
    free(buf);
    return 0;
}
