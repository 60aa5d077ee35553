/* SPDX-License-Identifier: MIT */
/* Dates, ranges and conditions. */
#include "check.h"
#include "http_cond.h"
#include "http_date.h"
#include "http_range.h"

#include <time.h>

#define NOV_1994 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

static int64_t date(const char *text)
{
    return http_date_parse(text, strlen(text), NOV_1994 + 86400);
}

static void test_dates(void)
{
    CHECK(date("Sun, 06 Nov 1994 08:49:37 GMT") == NOV_1994);
    CHECK(date("Sunday, 06-Nov-94 08:49:37 GMT") == NOV_1994);
    CHECK(date("Sun Nov  6 08:49:37 1994") == NOV_1994);
    CHECK(date("Wed Nov 16 08:49:37 1994") == NOV_1994 + 10 * 86400);
    CHECK(date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
    CHECK(date("Tue, 29 Feb 2000 00:00:00 GMT") == 951782400);
    CHECK(date("Sat, 31 Dec 2016 23:59:60 GMT") == 1483228800);  /* a leap second */
    CHECK(date("Sunday, 06-Nov-44 08:49:37 GMT") == 2362034977); /* 50 years ahead: 2044 */
    CHECK(date("Monday, 06-Nov-45 08:49:37 GMT") == -1);         /* 51: 1945 */
    static const char *const bad[] = {"",
                                      "Sun",
                                      "Sun, ",
                                      "Sun, 06 Nov 1994 08:49:37",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Xun, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 06-Nov-94 08:49:37 GMT",
                                      "Sunday, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 31 Nov 1994 08:49:37 GMT",
                                      "Sun, 29 Feb 1900 08:49:37 GMT",
                                      "Sun, 00 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:60:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:61 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 CET",
                                      "Sun Nov 6 08:49:37 1994",
                                      "Sun Nov  6 08:49:37 1994 GMT",
                                      "784111777",
                                      "Sun, 06 Nov 1969 08:49:37 GMT",
                                      "Sun, 06 Nov 19940 08:49:37 GMT"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_SAY(date(bad[i]) == -1, "%s", bad[i]);
}

/* Against the C library, over four centuries. */
static void test_date_format(void)
{
    char ours[HTTP_DATE_LEN + 1], theirs[64];
    for (int64_t t = 0; t < 400LL * 366 * 86400; t += 86399 * 7) {
        struct tm tm;
        time_t tt = (time_t)t;
        strftime(theirs, sizeof theirs, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&tt, &tm));
        http_date_format(t, ours);
        CHECK_SAY(strcmp(ours, theirs) == 0, "%s, not %s", ours, theirs);
        CHECK_SAY(date(ours) == t, "%s", ours);
    }
    http_date_format(INT64_MAX, ours);
    CHECK(strcmp(ours, "Fri, 31 Dec 9999 23:59:59 GMT") == 0);
    http_date_format(-1, ours);
    CHECK(strcmp(ours, "Wed, 31 Dec 1969 23:59:59 GMT") == 0);
    http_date_format(INT64_MIN, ours);
    CHECK(strcmp(ours, "Mon, 01 Jan 0001 00:00:00 GMT") == 0);
}

static void part(const char *value, uint64_t size, uint64_t first, uint64_t last)
{
    uint64_t a = 77, b = 77;
    enum http_range got = http_range_parse(value, strlen(value), size, &a, &b);
    CHECK_SAY(got == HTTP_RANGE_PART && a == first && b == last, "%s: %d %llu-%llu", value, got,
              (unsigned long long)a, (unsigned long long)b);
}

static void other(const char *value, uint64_t size, enum http_range wanted)
{
    uint64_t a, b;
    CHECK_SAY(http_range_parse(value, strlen(value), size, &a, &b) == wanted, "%s", value);
}

static void test_ranges(void)
{
    part("bytes=0-0", 10, 0, 0);
    part("Bytes=0-9", 10, 0, 9);
    part("bytes=3-", 10, 3, 9);
    part("bytes=9-", 10, 9, 9);
    part("bytes=5-10", 10, 5, 9);
    part("bytes=5-100", 10, 5, 9);
    part("bytes=5-99999999999999999999999", 10, 5, 9);
    part("bytes=-1", 10, 9, 9);
    part("bytes=-10", 10, 0, 9);
    part("bytes=-11", 10, 0, 9);
    part("bytes=-99999999999999999999999", 10, 0, 9);
    other("bytes=10-", 10, HTTP_RANGE_BEYOND);
    other("bytes=10-20", 10, HTTP_RANGE_BEYOND);
    other("bytes=99999999999999999999999-", 10, HTTP_RANGE_BEYOND);
    other("bytes=-0", 10, HTTP_RANGE_BEYOND);
    other("bytes=0-", 0, HTTP_RANGE_BEYOND);
    other("bytes=-5", 0, HTTP_RANGE_WHOLE);
    static const char *const whole[] = {
        "",           "bytes",      "bytes=",        "bytes=-",    "bytes=x-",   "bytes=5-4",
        "bytes=1-x",  "bytes=1",    "bytes=1-2,4-5", "bytes=1-2,", "bytes= 1-2", "bytes=1 -2",
        "bytes=1-2 ", "bytes =1-2", "lines=1-2",     "bytes=--1",  "bytes=+1-2", "bytes=-1-"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        other(whole[i], 10, HTTP_RANGE_WHOLE);
}

/* Weigh the fields against the file "v1", last changed NOV_1994, `age` seconds ago. */
static int check_aged(const char *fields, int64_t age, bool *range)
{
    static struct http_request r;
    struct http_validators v = {"\"v1\"", NOV_1994, NOV_1994 + age};
    char text[1024];
    snprintf(text, sizeof text, "GET / HTTP/1.0\r\n%s\r\n", fields);
    http_request_init(&r);
    CHECK(http_request_parse(&r, text, strlen(text)) > 0);
    *range = http_cond_range(&r, text, &v);
    return http_cond_check(&r, text, &v);
}

static int check(const char *fields, bool *range)
{
    return check_aged(fields, 1000, range);
}

static void test_conditions(void)
{
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"
    static const struct {
        const char *fields;
        int status;
    } cases[] = {
        {"", 0},
        {"If-None-Match: \"v1\"\r\n", 304},
        {"If-None-Match: W/\"v1\"\r\n", 304},
        {"If-None-Match: *\r\n", 304},
        {"If-None-Match: \"a\", \"v1\"\r\n", 304},
        {"If-None-Match: \"a,b\" ,W/\"v1\"\r\n", 304},
        {"If-None-Match: \"a\"\r\nIf-None-Match: \"v1\"\r\n", 304},
        {"If-None-Match: \"a\"\r\n", 0},
        {"If-None-Match: v1\r\n", 0},
        {"If-None-Match: x\r\n", 0},
        {"If-None-Match: *, \"a\"\r\n", 0},
        {"If-None-Match: x/\"v1\"\r\n", 0},
        {"If-None-Match: \"v1\r\n", 0},
        {"If-None-Match: W/\r\n", 0},
        {"If-None-Match: \"a\" junk \"v1\"\r\n", 0},
        {"If-None-Match:\r\n", 0},
        {"If-Modified-Since: " SAME "\r\n", 304},
        {"If-Modified-Since: " BEFORE "\r\n", 0},
        {"If-Modified-Since: yesterday\r\n", 0},
        {"If-Modified-Since: " SAME "\r\nIf-Modified-Since: " SAME "\r\n", 0},
        {"If-None-Match: \"a\"\r\nIf-Modified-Since: " SAME "\r\n", 0}, /* the tag counts */
        {"If-Match: \"v1\"\r\n", 0},
        {"If-Match: *\r\n", 0},
        {"If-Match: W/\"v1\"\r\n", 412}, /* a strong comparison */
        {"If-Match: \"a\"\r\n", 412},
        {"If-Match: \"a\"\r\nIf-Match: \"v1\"\r\n", 0},
        {"If-Match: \"v1\"\r\nIf-None-Match: \"v1\"\r\n", 304},
        {"If-Unmodified-Since: " SAME "\r\n", 0},
        {"If-Unmodified-Since: " BEFORE "\r\n", 412},
        {"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 412},
        {"If-Match: \"v1\"\r\nIf-Unmodified-Since: " BEFORE "\r\n", 0},
    };
    bool range;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_SAY(check(cases[i].fields, &range) == cases[i].status && range, "%s",
                  cases[i].fields);
    CHECK(check("If-Range: \"v1\"\r\n", &range) == 0 && range);
    CHECK(check("If-Range: " SAME "\r\n", &range) == 0 && range);
    CHECK(check_aged("If-Range: " SAME "\r\n", 2, &range) == 0 && range);
    CHECK(check_aged("If-Range: " SAME "\r\n", 1, &range) == 0 && !range);
    CHECK(check("If-Range: W/\"v1\"\r\n", &range) == 0 && !range);
    CHECK(check("If-Range: \"v2\"\r\n", &range) == 0 && !range);
    CHECK(check("If-Range: " BEFORE "\r\n", &range) == 0 && !range);
    CHECK(check("If-Range:\r\n", &range) == 0 && !range);
}

int main(void)
{
    test_dates();
    test_date_format();
    test_ranges();
    test_conditions();
    return check_end();
}
