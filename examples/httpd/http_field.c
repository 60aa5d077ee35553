/* SPDX-License-Identifier: MIT */
/* Fields, and those of them that decide where the message ends. */
#include "http_field.h"
#include "http_lex.h"

static const struct {
    const char *text;
    enum http_name name;
} names[] = {
    {"Host", HTTP_HOST},
    {"Range", HTTP_RANGE},
    {"Expect", HTTP_EXPECT},
    {"Accept", HTTP_ACCEPT},
    {"If-Match", HTTP_IF_MATCH},
    {"If-Range", HTTP_IF_RANGE},
    {"Connection", HTTP_CONNECTION},
    {"If-None-Match", HTTP_IF_NONE_MATCH},
    {"Content-Length", HTTP_CONTENT_LENGTH},
    {"Transfer-Encoding", HTTP_TRANSFER_ENCODING},
    {"If-Modified-Since", HTTP_IF_MODIFIED_SINCE},
    {"If-Unmodified-Since", HTTP_IF_UNMODIFIED_SINCE},
};

static enum http_name name_of(const char *p, size_t n)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (http_equal(p, n, names[i].text))
            return names[i].name;
    return HTTP_OTHER;
}

bool http_is_host(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!http_is_alpha(p[i]) && !http_is_digit(p[i]) &&
            (p[i] == 0 || !strchr("-._~%!$&'()*+,;=:[]", p[i])))
            return false;
    return true;
}

static int take_host(struct http_request *r, size_t at, const char *p, size_t n)
{
    if (r->saw_host || !http_is_host(p, n))
        return -400;
    r->saw_host = true;
    if (r->host.len == 0) /* else the target named it, and that counts */
        r->host = (struct http_slice){(uint16_t)at, (uint16_t)n};
    return 0;
}

static int take_content_length(struct http_request *r, const char *p, size_t n)
{
    if (r->has_length || n == 0)
        return -400;
    int64_t value = 0;
    bool huge = false;
    for (size_t i = 0; i < n; i++) {
        if (!http_is_digit(p[i]))
            return -400;
        huge |= value > (INT64_MAX - 9) / 10;
        if (!huge)
            value = value * 10 + (p[i] - '0');
    }
    r->has_length = true;
    r->content_length = value;
    return huge ? -413 : 0;
}

static int take_transfer_encoding(struct http_request *r, const char *p, size_t n)
{
    const char *coding;
    size_t len;
    bool more = true;
    while (http_list(&p, &n, &more, &coding, &len)) {
        if (len == 0 || r->te_chunked > 0) /* nothing may follow chunked */
            return -400;
        for (size_t i = 0; i < len; i++)
            if (!http_is_token(coding[i]))
                return -400;
        if (http_equal(coding, len, "chunked"))
            r->te_chunked++;
        else if (r->te_other < UINT8_MAX)
            r->te_other++;
    }
    return 0;
}

static void take_connection(struct http_request *r, const char *p, size_t n)
{
    const char *option;
    size_t len;
    bool more = true;
    while (http_list(&p, &n, &more, &option, &len)) {
        r->close |= http_equal(option, len, "close");
        r->keep_alive |= http_equal(option, len, "keep-alive");
    }
}

static void take_expect(struct http_request *r, const char *p, size_t n)
{
    if (http_equal(p, n, "100-continue"))
        r->expect_continue = true;
    else
        r->expect_other = true;
}

static int take_field(struct http_request *r, enum http_name name, size_t at, const char *p,
                      size_t n)
{
    switch (name) {
    case HTTP_HOST: return take_host(r, at, p, n);
    case HTTP_CONTENT_LENGTH: return take_content_length(r, p, n);
    case HTTP_TRANSFER_ENCODING: return take_transfer_encoding(r, p, n);
    case HTTP_CONNECTION: take_connection(r, p, n); return 0;
    case HTTP_EXPECT: take_expect(r, p, n); return 0;
    default: return 0;
    }
}

int http_field_parse(struct http_request *r, const char *buf, size_t at, size_t len)
{
    const char *line = buf + at;
    size_t n = 0;
    while (n < len && http_is_token(line[n]))
        n++;
    if (n == 0 || n == len || line[n] != ':') /* obs-fold and "Name :" end here too */
        return -400;
    if (n > HTTP_NAME_MAX || r->fields == HTTP_FIELDS_MAX)
        return -431;
    const char *value = line + n + 1;
    size_t value_len = len - n - 1;
    for (size_t i = 0; i < value_len; i++)
        if (!http_is_value(value[i]))
            return -400;
    http_trim(&value, &value_len);
    struct http_field *f = &r->field[r->fields++];
    f->name_at = (uint16_t)at;
    f->name_len = (uint8_t)n;
    f->name = (uint8_t)name_of(line, n);
    f->value = (struct http_slice){(uint16_t)(value - buf), (uint16_t)value_len};
    return take_field(r, (enum http_name)f->name, f->value.at, value, value_len);
}
