/* SPDX-License-Identifier: MIT */
/* Request heads that are refused, and with which status; at once and byte by byte. */
#include "check.h"
#include "http_parse.h"

#include <stdlib.h>

#define HOST "Host: h\r\n"

static const struct {
    int status;
    const char *text;
} cases[] = {
    /* the request line */
    {400, "\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"},
    {400, "GET\r\n"},
    {400, "GET /\r\n"},
    {400, "GET / \r\n"},
    {400, "GET / HTTP/1.1 \r\n"},
    {400, "GET  / HTTP/1.1\r\n"},
    {400, "GET /  HTTP/1.1\r\n"},
    {400, "GET / a HTTP/1.1\r\n"},
    {400, "GET\t/ HTTP/1.1\r\n"},
    {400, " GET / HTTP/1.1\r\n"},
    {400, "G(T / HTTP/1.1\r\n"},
    {400, "GET a HTTP/1.1\r\n"},
    {400, "GET * HTTP/1.1\r\n"},
    {400, "GET ftp://h/ HTTP/1.1\r\n"},
    {400, "GET ftp://host/path HTTP/1.1\r\n"},
    {400, "GET http:/// HTTP/1.1\r\n"},
    {400, "GET http://u@h/ HTTP/1.1\r\n"},
    {400, "GET http:// HTTP/1.1\r\n"},
    {400, "GET /#f HTTP/1.1\r\n"},
    {400, "GET /\x7f HTTP/1.1\r\n"},
    {400, "GET /\x01 HTTP/1.1\r\n"},
    {400, "GET /\xc3\xa4 HTTP/1.1\r\n"},
    {400, "CONNECT / HTTP/1.1\r\n"},
    {400, "CONNECT h HTTP/1.1\r\n"},
    {400, "CONNECT :1 HTTP/1.1\r\n"},
    {400, "GET / http/1.1\r\n"},
    {400, "GET / HTTP/1\r\n"},
    {400, "GET / HTTP/1.10\r\n"},
    {400, "GET / HTTP/ 1.1\r\n"},
    {400, "GET / HTTP/1,1\r\n"},
    {400, "GET / HTTP/1.x\r\n"},
    {505, "GET / HTTP/2.0\r\n"},
    {505, "GET / HTTP/0.9\r\n"},
    {505, "PRI * HTTP/2.0\r\n"},
    {400, "\x16\x03\x01"}, /* TLS */
    {400, "\n"},
    {400, "GET / HTTP/1.1\n"},
    {400, "GET / HTTP/1.1\r\r\n"},
    /* lines */
    {400, "GET / HTTP/1.1\r\nHost: h\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\n\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"},
    /* fields */
    {400, "GET / HTTP/1.1\r\nHost : h\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\n\tfolded\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nnocolon\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nA: \x01\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nA: \x7f\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nA(: b\r\n\r\n"},
    /* Host */
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET http://h/ HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
    /* where the body ends: what request smuggling is made of */
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Content-Length: 1 2\r\n\r\n"},
    {413, "GET / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n"},
    {413, "GET / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n"},
    {400, "GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n"},
    {400,
     "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, gzip\r\n\r\n"},
    {400,
     "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: ,chunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked;a=b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b"
          "chunked\r\n\r\n"},
    {501, "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"},
    {501,
     "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"},
};

static int parse(const char *text, size_t n, size_t step)
{
    struct http_request r;
    int result = 0;
    char *copy = malloc(n);
    memcpy(copy, text, n);
    http_request_init(&r);
    for (size_t i = step; result == 0; i += step) {
        result = http_request_parse(&r, copy, i < n ? i : n);
        if (i >= n)
            break;
    }
    int again = http_request_parse(&r, copy, n);
    CHECK_SAY(result == 0 || result == again, "%d, then %d", result, again);
    free(copy);
    return result;
}

static void refused(const char *text, size_t n, int status)
{
    for (size_t step = 1; step <= n; step += step < 16 ? 1 : n)
        CHECK_SAY(parse(text, n, step) == -status, "%d, not %d, in steps of %zu: %.80s",
                  -parse(text, n, step), status, step, text);
    CHECK_SAY(parse(text, n, n) == -status, "%d, not %d: %.80s", -parse(text, n, n), status, text);
}

/* HEAD + n times `unit` + TAIL */
static void sized(int status, const char *head, const char *unit, size_t count, const char *tail)
{
    size_t room = strlen(head) + count * strlen(unit) + strlen(tail) + 1;
    char *text = malloc(room), *p = stpcpy(text, head);
    for (size_t i = 0; i < count; i++)
        p = stpcpy(p, unit);
    stpcpy(p, tail);
    size_t n = strlen(text);
    if (status == 0)
        CHECK_SAY(parse(text, n, n) == (int)n && parse(text, n, 1) == (int)n, "%zu bytes", n);
    else
        refused(text, n, status);
    free(text);
}

static void test_sizes(void)
{
    const char *end = " HTTP/1.0\r\n\r\n", *get = "GET / HTTP/1.0\r\n", *gap = "\r\n\r\n";
    /* 8192 bytes is the longest request line, CR LF included */
    sized(0, "GET /", "x", HTTP_LINE_MAX - 5 - 11, end);
    sized(414, "GET /", "x", HTTP_LINE_MAX - 5 - 11 + 1, end);
    sized(414, "GET /", "x", 3 * HTTP_LINE_MAX, end);
    sized(414, "GET /", "x", HTTP_LINE_MAX, "");
    sized(414, "", "X", HTTP_LINE_MAX, "");
    /* 16384 the longest head */
    sized(0, "GET / HTTP/1.0\r\nA: ", "x", HTTP_HEAD_MAX - 16 - 3 - 4, gap);
    sized(431, "GET / HTTP/1.0\r\nA: ", "x", HTTP_HEAD_MAX - 16 - 3 - 3, gap);
    sized(431, "GET / HTTP/1.0\r\nA: ", "x", 3 * HTTP_HEAD_MAX, gap);
    /* 100 fields, names of 128 bytes */
    sized(0, get, "A: b\r\n", HTTP_FIELDS_MAX, "\r\n");
    sized(431, get, "A: b\r\n", HTTP_FIELDS_MAX + 1, "\r\n");
    sized(0, get, "n", HTTP_NAME_MAX, ": v\r\n\r\n");
    sized(431, get, "n", HTTP_NAME_MAX + 1, ": v\r\n\r\n");
}

static void test_nul(void)
{
    refused("GET /\0 HTTP/1.0\r\n\r\n", 19, 400);
    refused("GET / HTTP/1.0\r\nA: \0\r\n\r\n", 24, 400);
    refused("GET / HTTP/1.0\r\nA\0: b\r\n\r\n", 25, 400);
    refused("\0GET / HTTP/1.0\r\n\r\n", 19, 400);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i].text, strlen(cases[i].text), cases[i].status);
    test_sizes();
    test_nul();
    return check_end();
}
