/* SPDX-License-Identifier: MIT */
/* Chunked bodies: where they end, and which are refused; in all ways to cut them into pieces. */
#include "check.h"
#include "http_chunked.h"

#include <stdlib.h>

static struct http_chunked c;

/* Feed n bytes in pieces of `step`; gives how many belong to the body, or the status negated. */
static ssize_t feed(const char *text, size_t n, size_t step, uint64_t limit)
{
    size_t used = 0;
    http_chunked_init(&c, limit);
    while (used < n && !c.done) {
        size_t some = n - used < step ? n - used : step;
        char *copy = malloc(some);
        memcpy(copy, text + used, some);
        ssize_t got = http_chunked_feed(&c, copy, some);
        free(copy);
        if (got < 0)
            return got;
        CHECK(got == (ssize_t)some || c.done);
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* `wanted`: the length of the body, or the status negated; 0: it is unfinished. */
static void is(const char *text, ssize_t wanted, uint64_t total)
{
    size_t n = strlen(text);
    for (size_t step = 1; step <= n; step++) {
        ssize_t got = feed(text, n, step, 1000);
        CHECK_SAY(wanted < 0 || c.done == (wanted > 0), "in steps of %zu: %s", step, text);
        CHECK_SAY(got == (wanted ? wanted : (ssize_t)n), "%zd in steps of %zu: %s", got, step,
                  text);
        CHECK_SAY(wanted <= 0 || c.total == total, "%llu bytes: %s", (unsigned long long)c.total,
                  text);
    }
}

static void test_good(void)
{
    is("0\r\n\r\n", 5, 0);
    is("0\r\n\r\nGET /", 5, 0);
    is("5\r\nhello\r\n0\r\n\r\n", 15, 5);
    is("5\r\nhello\r\n0\r\n\r\n0\r\n\r\n", 15, 5);
    is("a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n", 37, 20);
    is("1;a=b\r\nx\r\n0;c=\"d e\";f\r\n\r\n", 25, 1);
    is("2\r\n\r\n\r\n0\r\n\r\n", 12, 2);
    is("0\r\nA: b\r\nC: d\r\n\r\nrest", 17, 0);
    is("000000000000001\r\nx\r\n0\r\n\r\n", 25, 1);
}

static void test_unfinished(void)
{
    is("5\r\nhel", 0, 0);
    is("5\r\nhello\r\n", 0, 0);
    is("5\r\nhello\r\n0\r\n", 0, 0);
    is("0\r\nA: b\r\n\r", 0, 0);
}

static void test_bad(void)
{
    is("\r\n", -400, 0);
    is("x\r\n", -400, 0);
    is("-1\r\n", -400, 0);
    is("+1\r\n", -400, 0);
    is("0x1\r\n", -400, 0);
    is(" 1\r\nx\r\n", -400, 0);
    is("1 \r\nx\r\n", -400, 0);
    is("1 ;a\r\nx\r\n", -400, 0);
    is("1\nx\n", -400, 0);
    is("1\rx\r\n", -400, 0);
    is(";a\r\n", -400, 0);
    is("1;a\nx\r\n", -400, 0);
    is("1;a\rb\r\nx\r\n", -400, 0);
    is("1;\x01\r\nx\r\n", -400, 0);
    is("1\r\nxy\r\n", -400, 0);
    is("1\r\nx\n0\r\n\r\n", -400, 0);
    is("1\r\nx0\r\n\r\n", -400, 0);
    is("1\r\nx\r0\r\n\r\n", -400, 0);
    is("0\r\n\n", -400, 0);
    is("0\r\n\rx", -400, 0);
    is("0\r\nA: b\n\r\n", -400, 0);
    is("0\r\nA: b\rc\r\n\r\n", -400, 0);
    is("0\r\n A: b\r\n\r\n", -400, 0);
    is("0\r\n: b\r\n\r\n", -400, 0);
    is("0000000000000001\r\nx\r\n", -400, 0);
}

static void test_limits(void)
{
    is("3e8\r\n", 0, 0); /* 1000, the limit */
    is("3e9\r\n", -413, 0);
    is("1\r\nx\r\n3e8\r\n", -413, 0);
    is("fffffffffffffff\r\n", -413, 0);
    is("1\r\nx\r\nfffffffffffffff\r\n", -413, 0);
    char text[HTTP_CHUNKED_EXTRA + 64];
    memset(text, 'x', sizeof text);
    memcpy(text, "0;", 2);
    CHECK(feed(text, sizeof text, sizeof text, 10) == -431);
    CHECK(feed(text, sizeof text, 7, 10) == -431);
    memcpy(text, "0\r\nA:", 5);
    CHECK(feed(text, sizeof text, sizeof text, 10) == -431);
    CHECK(feed(text, HTTP_CHUNKED_EXTRA, sizeof text, 10) == HTTP_CHUNKED_EXTRA);
    http_chunked_init(&c, 1 << 20);
    ssize_t got = 0;
    int chunks = 0;
    for (; got >= 0 && chunks < 100000; chunks++) /* extensions add up over the chunks */
        got = http_chunked_feed(&c, "1;abcdefg\r\nx\r\n", 14);
    CHECK_SAY(got == -431 && chunks < HTTP_CHUNKED_EXTRA, "%d chunks", chunks);
}

int main(void)
{
    test_good();
    test_unfinished();
    test_bad();
    test_limits();
    return check_end();
}
