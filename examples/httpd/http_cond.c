/* SPDX-License-Identifier: MIT */
#include "http_cond.h"
#include "http_date.h"
#include "http_lex.h"

/* Is `etag` among the tags of one field? A strong comparison takes no tag marked weak. */
static bool tag_in(const char *p, size_t n, const char *etag, bool strong)
{
    const char *end = p + n;
    size_t len = strlen(etag);
    if (n == 1 && *p == '*')
        return true;
    while (p < end) {
        if (*p == ',' || http_is_space(*p)) {
            p++;
            continue;
        }
        bool weak = end - p > 2 && p[0] == 'W' && p[1] == '/';
        p += weak ? 2 : 0;
        const char *close =
            *p == '"' && end - p > 1 ? memchr(p + 1, '"', (size_t)(end - p) - 1) : NULL;
        if (!close)
            return false; /* malformed: what follows cannot be told apart */
        if (!(weak && strong) && (size_t)(close + 1 - p) == len && memcmp(p, etag, len) == 0)
            return true;
        p = close + 1;
    }
    return false;
}

/* The same for all fields of that name; *present: is there one? */
static bool tag_in_fields(const struct http_request *r, const char *buf, enum http_name name,
                          const char *etag, bool *present)
{
    const struct http_field *f = http_request_field(r, name, 0);
    *present = f != NULL;
    for (; f; f = http_request_field(r, name, (unsigned)(f - r->field) + 1))
        if (tag_in(buf + f->value.at, f->value.len, etag, name == HTTP_IF_MATCH))
            return true;
    return false;
}

/* The date in the only field of that name; -1: none, several, or no date. */
static int64_t date_of(const struct http_request *r, const char *buf, enum http_name name,
                       int64_t now)
{
    const struct http_field *f = http_request_field(r, name, 0);
    if (!f || http_request_field(r, name, (unsigned)(f - r->field) + 1))
        return -1;
    return http_date_parse(buf + f->value.at, f->value.len, now);
}

int http_cond_check(const struct http_request *r, const char *buf, const struct http_validators *v)
{
    bool present;
    bool match = tag_in_fields(r, buf, HTTP_IF_MATCH, v->etag, &present);
    int64_t date = -1;
    if (present && !match)
        return 412;
    if (!present)
        date = date_of(r, buf, HTTP_IF_UNMODIFIED_SINCE, v->now);
    if (date >= 0 && v->modified > date)
        return 412;
    match = tag_in_fields(r, buf, HTTP_IF_NONE_MATCH, v->etag, &present);
    if (present)
        return match ? 304 : 0;
    date = date_of(r, buf, HTTP_IF_MODIFIED_SINCE, v->now);
    return date >= 0 && v->modified <= date ? 304 : 0;
}

bool http_cond_range(const struct http_request *r, const char *buf, const struct http_validators *v)
{
    const struct http_field *f = http_request_field(r, HTTP_IF_RANGE, 0);
    if (!f)
        return true;
    const char *p = buf + f->value.at;
    if (f->value.len > 0 && *p == '"')
        return f->value.len == strlen(v->etag) && memcmp(p, v->etag, f->value.len) == 0;
    /* A date is a strong validator only if the file cannot have changed again in its second. */
    return date_of(r, buf, HTTP_IF_RANGE, v->now) == v->modified && v->modified < v->now - 1;
}
