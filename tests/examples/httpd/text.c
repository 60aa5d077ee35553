/* SPDX-License-Identifier: MIT */
/* Putting text together, and the ways to escape it. */
#include "check.h"
#include "text.h"

#include <stdlib.h>

static char room[64];
static struct text t;

static void is(const char *wanted)
{
    CHECK_SAY(!t.failed && t.len == strlen(wanted) && memcmp(t.data, wanted, t.len) == 0,
              "\"%.*s\", not \"%s\"", (int)t.len, t.data, wanted);
    t = text_in(room, sizeof room);
}

static void test_numbers(void)
{
    t = text_in(room, sizeof room);
    text_number(&t, 0);
    is("0");
    text_number(&t, -1);
    is("-1");
    text_number(&t, INT64_MAX);
    is("9223372036854775807");
    text_number(&t, INT64_MIN);
    is("-9223372036854775808");
    text_padded(&t, 7, 3);
    is("007");
    text_padded(&t, 1234, 3);
    is("1234");
    text_hex(&t, 0);
    is("0");
    text_hex(&t, 0x1a2b);
    is("1a2b");
    text_hex(&t, UINT64_MAX);
    is("ffffffffffffffff");
}

static void test_escapes(void)
{
    text_html(&t, "<a href='x'>\"&\"</a>");
    is("&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    text_json(&t, "a\"b\\c\n\x7f");
    is("\"a\\\"b\\\\c\\u000a\\u007f\"");
    text_json(&t, NULL);
    is("null");
    text_json(&t, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    is("\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"");
    text_json(&t, "\xc3 \xff \xc0\x80 \xed\xa0\x80");
    is("\"\\ufffd \\ufffd \\ufffd\\ufffd \\ufffd\\ufffd\\ufffd\"");
    text_json(&t, "\xf4\x90\x80\x80\xe2\x82");
    is("\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
    text_url(&t, "/a b/\xc3\xa4?#%:", 11);
    is("/a%20b/%c3%a4%3f%23%25%3a");
    text_visible(&t, "a\"b\\\r\n\x80", 7);
    is("a\\\"b\\\\\\x0d\\x0a\\x80");
}

static void test_room(void)
{
    char small[4];
    t = text_in(small, sizeof small);
    text_add(&t, "1234");
    CHECK(!t.failed && t.len == 4);
    text_add(&t, "");
    CHECK(!t.failed);
    text_char(&t, '5');
    CHECK(t.failed && t.len == 4);
    t = text_in(small, sizeof small);
    text_add(&t, "12345");
    text_char(&t, '1'); /* would fit, but what has a hole stays failed */
    CHECK(t.failed && t.len == 0);
}

static void test_growing(void)
{
    t = text_growing(10000);
    for (int i = 0; i < 10000; i++)
        text_char(&t, 'x');
    CHECK(!t.failed && t.len == 10000 && t.room == 10000);
    text_char(&t, 'x');
    CHECK(t.failed && t.len == 10000);
    text_free(&t);
    CHECK(!t.data && !t.failed && t.limit == 10000);
    char *big = calloc(1, 9999);
    text_bytes(&t, big, 9999);
    CHECK(!t.failed && t.len == 9999);
    free(big);
    text_free(&t);
}

int main(void)
{
    test_numbers();
    test_escapes();
    test_room();
    test_growing();
    return check_end();
}
