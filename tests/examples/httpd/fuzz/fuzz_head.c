/* SPDX-License-Identifier: MIT */
/*
 * Request heads, under libFuzzer or fuzz_main.c. For every input:
 *   1. nothing outside the input is read (it lies in a block of exactly its size);
 *   2. byte by byte gives what all at once gives, and what follows the head changes nothing;
 *   3. the verdict is one of the statuses that are promised;
 *   4. an accepted head, written again from what was found, is accepted with the same meaning;
 *   5. in the raw bytes of an accepted head there is at most one field that says how long the body
 *      is, found by a second, naive reading.
 */
#include "http_lex.h"
#include "http_parse.h"

#include <stdio.h>
#include <stdlib.h>

#define REQUIRE(condition)                                                  \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                        \
        }                                                                   \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_slice(const char *a, struct http_slice x, const char *b, struct http_slice y)
{
    return x.len == y.len && memcmp(a + x.at, b + y.at, x.len) == 0;
}

static void same(const char *a, const struct http_request *x, const char *b,
                 const struct http_request *y)
{
    REQUIRE(x->method == y->method && x->minor == y->minor && x->chunked == y->chunked);
    REQUIRE(x->has_length == y->has_length && x->content_length == y->content_length);
    REQUIRE(x->close == y->close && x->keep_alive == y->keep_alive);
    REQUIRE(x->expect_continue == y->expect_continue && x->expect_other == y->expect_other);
    REQUIRE(x->asterisk == y->asterisk && x->authority == y->authority);
    REQUIRE(x->has_query == y->has_query && x->fields == y->fields);
    REQUIRE(same_slice(a, x->method_name, b, y->method_name));
    REQUIRE(same_slice(a, x->target, b, y->target) && same_slice(a, x->path, b, y->path));
    REQUIRE(same_slice(a, x->query, b, y->query) && same_slice(a, x->host, b, y->host));
    for (unsigned i = 0; i < x->fields; i++) {
        REQUIRE(x->field[i].name == y->field[i].name);
        REQUIRE(same_slice(a, x->field[i].value, b, y->field[i].value));
    }
}

static char *put(char *p, const char *from, size_t n)
{
    if (n > 0)
        memcpy(p, from, n);
    return p + n;
}

/* Write the request again, with nothing that does not count. Gives its length. */
static size_t rewrite(const char *buf, const struct http_request *r, char *out)
{
    char *p = put(out, buf + r->method_name.at, r->method_name.len);
    *p++ = ' ';
    p = put(p, buf + r->target.at, r->target.len);
    p = put(p, " HTTP/1.", 8);
    *p++ = (char)('0' + r->minor);
    p = put(p, "\r\n", 2);
    for (unsigned i = 0; i < r->fields; i++) {
        const struct http_field *f = &r->field[i];
        p = put(p, buf + f->name_at, f->name_len);
        p = put(p, ": ", 2);
        p = put(p, buf + f->value.at, f->value.len);
        p = put(p, "\r\n", 2);
    }
    return (size_t)(put(p, "\r\n", 2) - out);
}

/* How many lines after the first begin with `name` and a colon, white space between ignored. */
static int lines_named(const char *buf, size_t n, const char *name)
{
    int found = 0;
    for (size_t i = 0; i + strlen(name) < n; i++) {
        size_t end = i + strlen(name);
        if (i == 0 || (buf[i - 1] != '\n' && buf[i - 1] != '\r'))
            continue;
        while (end < n && (http_is_space(buf[end]) || buf[end] == '\v' || buf[end] == '\f'))
            end++;
        found += end < n && buf[end] == ':' && strncasecmp(buf + i, name, strlen(name)) == 0;
    }
    return found;
}

static void accepted(const char *buf, size_t head, const struct http_request *r)
{
    /* A ": " instead of ":" may add a byte per field. */
    static char again[HTTP_HEAD_MAX + HTTP_FIELDS_MAX];
    static struct http_request s;
    size_t n = rewrite(buf, r, again);
    REQUIRE(n <= head + HTTP_FIELDS_MAX);
    if (n <= HTTP_HEAD_MAX) {
        http_request_init(&s);
        REQUIRE(http_request_parse(&s, again, n) == (int)n);
        same(buf, r, again, &s);
    }
    int lengths = lines_named(buf, head, "Content-Length");
    int codings = lines_named(buf, head, "Transfer-Encoding");
    REQUIRE(lengths + codings == (r->has_length || r->chunked) && lengths == r->has_length);
    REQUIRE(memcmp(buf + head - 4, "\r\n\r\n", 4) == 0 || head == 2);
    REQUIRE(!memchr(buf, 0, head));
    REQUIRE(r->minor == 0 || lines_named(buf, head, "Host") == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_request whole, step;
    char *buf = malloc(size ? size : 1);
    memcpy(buf, data, size);
    http_request_init(&whole);
    int result = http_request_parse(&whole, buf, size), bytewise = 0;
    http_request_init(&step);
    size_t fed = 0;
    while (fed < size && bytewise == 0) {
        fed++;
        char *part = fed <= 512 ? malloc(fed) : NULL; /* longer ones would take too long */
        bytewise = http_request_parse(&step, part ? memcpy(part, data, fed) : buf, fed);
        free(part);
    }
    REQUIRE(result == bytewise);
    REQUIRE(result <= (int)size && result <= HTTP_HEAD_MAX);
    REQUIRE(result >= 0 || result == -400 || result == -413 || result == -414 || result == -431 ||
            result == -501 || result == -505);
    if (result > 0) {
        REQUIRE(fed == (size_t)result); /* known as soon as its last byte is there */
        same(buf, &whole, buf, &step);
        accepted(buf, (size_t)result, &whole);
    }
    free(buf);
    return 0;
}
