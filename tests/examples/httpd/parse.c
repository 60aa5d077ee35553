/* SPDX-License-Identifier: MIT */
/* What the parser of request heads takes, and what it makes of it. The refusals are in refuse.c. */
#include "check.h"
#include "http_parse.h"

#include <stdlib.h>

static struct http_request r;

/* Parse `text` all at once and byte by byte, from memory of exactly its size. */
static int parse(const char *text)
{
    size_t n = strlen(text);
    char *copy = malloc(n ? n : 1);
    memcpy(copy, text, n);
    http_request_init(&r);
    int whole = http_request_parse(&r, copy, n), step = 0;
    struct http_request s;
    http_request_init(&s);
    for (size_t i = 0; i <= n && step == 0; i++)
        step = http_request_parse(&s, copy, i);
    CHECK_SAY(whole == step, "%d at once, %d byte by byte: %s", whole, step, text);
    free(copy);
    return whole;
}

static void is(const char *text, struct http_slice s, const char *wanted)
{
    CHECK_SAY(s.len == strlen(wanted) && memcmp(text + s.at, wanted, s.len) == 0,
              "\"%.*s\", not \"%s\", in %s", s.len, text + s.at, wanted, text);
}

static void test_simple(void)
{
    const char *t = "GET /a/b?c=d HTTP/1.1\r\nHost: example.org:80\r\nUser-Agent: x\r\n\r\nrest";
    CHECK(parse(t) == (int)strlen(t) - 4);
    CHECK(r.method == HTTP_GET && r.minor == 1 && r.has_query && !r.chunked && !r.has_length);
    CHECK(r.fields == 2 && !r.close && !r.keep_alive && !r.expect_continue);
    is(t, r.method_name, "GET");
    is(t, r.target, "/a/b?c=d");
    is(t, r.path, "/a/b");
    is(t, r.query, "c=d");
    is(t, r.host, "example.org:80");
    is(t, r.field[1].value, "x");
}

static void test_unfinished(void)
{
    const char *t = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    char part[64];
    for (size_t n = 0; n < strlen(t); n++) {
        memcpy(part, t, n);
        part[n] = 0;
        CHECK_SAY(parse(part) == 0, "after %zu bytes", n);
    }
    CHECK(parse(t) == (int)strlen(t));
}

static void test_methods(void)
{
    static const struct {
        const char *text;
        enum http_method method;
    } cases[] = {
        {"GET / HTTP/1.0\r\n\r\n", HTTP_GET},         {"HEAD / HTTP/1.0\r\n\r\n", HTTP_HEAD},
        {"OPTIONS * HTTP/1.0\r\n\r\n", HTTP_OPTIONS}, {"POST / HTTP/1.0\r\n\r\n", HTTP_KNOWN},
        {"PATCH / HTTP/1.0\r\n\r\n", HTTP_KNOWN},     {"get / HTTP/1.0\r\n\r\n", HTTP_UNKNOWN},
        {"BREW / HTTP/1.0\r\n\r\n", HTTP_UNKNOWN},    {"M-SEARCH / HTTP/1.0\r\n\r\n", HTTP_UNKNOWN},
        {"G / HTTP/1.0\r\n\r\n", HTTP_UNKNOWN},       {"GETS / HTTP/1.0\r\n\r\n", HTTP_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_SAY(parse(cases[i].text) > 0, "%s", cases[i].text);
        CHECK_SAY(r.method == cases[i].method, "%s", cases[i].text);
    }
}

static void test_targets(void)
{
    const char *t = "GET http://h:1/p?q HTTP/1.1\r\nHost: other\r\n\r\n";
    CHECK(parse(t) > 0);
    is(t, r.path, "/p");
    is(t, r.query, "q");
    is(t, r.host, "h:1"); /* the target's counts */
    t = "GET HTTPS://h HTTP/1.1\r\nHost: h\r\n\r\n";
    CHECK(parse(t) > 0 && r.path.len == 0 && !r.has_query);
    t = "GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n";
    CHECK(parse(t) > 0 && r.path.len == 0 && r.has_query);
    is(t, r.query, "q");
    CHECK(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") > 0 && r.asterisk);
    CHECK(parse("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n") > 0 && r.authority);
    CHECK(parse("\r\nCONNECT h:443 HTTP/1.0\r\n\r\n") > 0 && r.authority);
    CHECK(parse("GET /? HTTP/1.1\r\nHost: h\r\n\r\n") > 0 && r.has_query && r.query.len == 0);
    CHECK(parse("GET /a|b^c{}\"<> HTTP/1.1\r\nHost: h\r\n\r\n") > 0);
}

static void test_versions(void)
{
    CHECK(parse("GET / HTTP/1.0\r\n\r\n") > 0 && r.minor == 0);
    CHECK(parse("GET / HTTP/1.9\r\nHost: h\r\n\r\n") > 0 && r.minor == 9);
    CHECK(parse("\r\nGET / HTTP/1.0\r\n\r\n") > 0 && r.minor == 0);
}

static void test_fields(void)
{
    const char *t = "GET / HTTP/1.1\r\nhOsT:\t h \t\r\nX:\r\nY: a \t b\r\nZ: \xc3\xa4\r\n\r\n";
    CHECK(parse(t) > 0 && r.fields == 4);
    is(t, r.host, "h");
    is(t, r.field[1].value, "");
    is(t, r.field[2].value, "a \t b");
    is(t, r.field[3].value, "\xc3\xa4");
    CHECK(r.field[0].name == HTTP_HOST && r.field[1].name == HTTP_OTHER);
    CHECK(parse("GET / HTTP/1.1\r\nHost:\r\n\r\n") > 0);
    CHECK(parse("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n") > 0);
    t = "GET / HTTP/1.0\r\nIf-None-Match: \"a\"\r\nA: b\r\nif-none-match: \"c\"\r\n\r\n";
    CHECK(parse(t) > 0);
    CHECK(http_request_field(&r, HTTP_IF_NONE_MATCH, 0) == &r.field[0]);
    CHECK(http_request_field(&r, HTTP_IF_NONE_MATCH, 1) == &r.field[2]);
    CHECK(http_request_field(&r, HTTP_IF_NONE_MATCH, 3) == NULL);
    CHECK(http_request_field(&r, HTTP_RANGE, 0) == NULL);
}

static void test_bodies(void)
{
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0012\r\n\r\n") > 0);
    CHECK(r.has_length && r.content_length == 12 && !r.chunked);
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000000000000000\r\n\r\n") > 0);
    CHECK(r.content_length == 900000000000000000);
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked \r\n\r\n") > 0);
    CHECK(r.chunked && !r.has_length);
}

static void test_connection(void)
{
    CHECK(parse("GET / HTTP/1.0\r\nConnection: x , Keep-Alive,\r\n\r\n") > 0);
    CHECK(r.keep_alive && !r.close);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: x\r\nConnection: CLOSE\r\n\r\n") > 0);
    CHECK(!r.keep_alive && r.close);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: closed, keep alive\r\n\r\n") > 0);
    CHECK(!r.keep_alive && !r.close);
}

static void test_expect(void)
{
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n") > 0);
    CHECK(r.expect_continue && !r.expect_other);
    CHECK(parse("GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n") > 0);
    CHECK(!r.expect_continue && r.expect_other);
    CHECK(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n") > 0);
    CHECK(!r.expect_continue && !r.expect_other);
}

int main(void)
{
    test_simple();
    test_unfinished();
    test_methods();
    test_targets();
    test_versions();
    test_fields();
    test_bodies();
    test_connection();
    test_expect();
    return check_end();
}
