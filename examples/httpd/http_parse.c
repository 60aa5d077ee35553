/* SPDX-License-Identifier: MIT */
/*
 * Lines are taken one by one, each when it is complete. Invariants:
 *   1. no byte at or after min(n, HTTP_HEAD_MAX) is looked at;
 *   2. line <= scan <= n, and [line, scan) holds no LF;
 *   3. a verdict depends only on the bytes up to the one that made it: not on how they came.
 */
#include "http_parse.h"
#include "http_field.h"
#include "http_lex.h"

enum phase { PHASE_FIRST, PHASE_REQUEST, PHASE_FIELDS, PHASE_DONE };

void http_request_init(struct http_request *r)
{
    /* All but the fields, which `fields` bounds. */
    memset(r, 0, offsetof(struct http_request, field));
    r->fields = 0;
    r->line = r->scan = 0;
    r->phase = PHASE_FIRST;
    r->result = 0;
}

static struct http_slice slice(size_t at, size_t len)
{
    return (struct http_slice){(uint16_t)at, (uint16_t)len};
}

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    {"GET", HTTP_GET},     {"HEAD", HTTP_HEAD},     {"OPTIONS", HTTP_OPTIONS},
    {"POST", HTTP_KNOWN},  {"PUT", HTTP_KNOWN},     {"DELETE", HTTP_KNOWN},
    {"TRACE", HTTP_KNOWN}, {"CONNECT", HTTP_KNOWN}, {"PATCH", HTTP_KNOWN},
};

/* Names of methods are case-sensitive. */
static enum http_method method_of(const char *p, size_t n)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strlen(methods[i].name) == n && memcmp(methods[i].name, p, n) == 0)
            return methods[i].method;
    return HTTP_UNKNOWN;
}

/* "HTTP/" DIGIT "." DIGIT, and nothing else. */
static int parse_version(struct http_request *r, const char *p, size_t n)
{
    if (n != 8 || memcmp(p, "HTTP/", 5) != 0 || !http_is_digit(p[5]) || p[6] != '.' ||
        !http_is_digit(p[7]))
        return -400;
    if (p[5] != '1')
        return -505;
    r->minor = (uint8_t)(p[7] - '0');
    return 0;
}

/* Split PATH[?QUERY] at buf + at. */
static void split_path(struct http_request *r, const char *buf, size_t at, size_t len)
{
    const char *mark = len > 0 ? memchr(buf + at, '?', len) : NULL;
    size_t path = mark ? (size_t)(mark - (buf + at)) : len;
    r->path = slice(at, path);
    r->has_query = mark != NULL;
    if (mark)
        r->query = slice(at + path + 1, len - path - 1);
}

/* "http://AUTHORITY[PATH][?QUERY]": the scheme is scheme_len bytes. */
static int parse_absolute(struct http_request *r, const char *buf, size_t at, size_t len,
                          size_t scheme_len)
{
    size_t begin = at + scheme_len, end = at + len, p = begin;
    while (p < end && buf[p] != '/' && buf[p] != '?')
        p++;
    if (p == begin || !http_is_host(buf + begin, p - begin))
        return -400;
    r->host = slice(begin, p - begin);
    split_path(r, buf, p, end - p);
    return 0;
}

/* The four forms of RFC 9112, section 3.2. */
static int parse_target(struct http_request *r, const char *buf, size_t at, size_t len)
{
    const char *p = buf + at;
    r->target = slice(at, len);
    for (size_t i = 0; i < len; i++)
        if (p[i] <= 0x20 || p[i] >= 0x7f || p[i] == '#')
            return -400;
    if (len == 0)
        return -400;
    if (http_equal(buf + r->method_name.at, r->method_name.len, "CONNECT")) {
        const char *colon = memchr(p, ':', len);
        r->authority = true;
        r->host = slice(at, len);
        return colon && colon > p && http_is_host(p, len) ? 0 : -400;
    }
    if (p[0] == '/') {
        split_path(r, buf, at, len);
        return 0;
    }
    if (len == 1 && p[0] == '*' && r->method == HTTP_OPTIONS) {
        r->asterisk = true;
        return 0;
    }
    if (len > 7 && strncasecmp(p, "http://", 7) == 0)
        return parse_absolute(r, buf, at, len, 7);
    if (len > 8 && strncasecmp(p, "https://", 8) == 0)
        return parse_absolute(r, buf, at, len, 8);
    return -400;
}

static int parse_request_line(struct http_request *r, const char *buf, size_t at, size_t len)
{
    const char *p = buf + at;
    size_t n = 0;
    while (n < len && http_is_token(p[n]))
        n++;
    if (n == 0 || n == len || p[n] != ' ')
        return -400;
    r->method_name = slice(at, n);
    r->method = method_of(p, n);
    const char *target = p + n + 1;
    const char *space = memchr(target, ' ', len - n - 1);
    if (!space)
        return -400;
    int err = parse_version(r, space + 1, len - (size_t)(space + 1 - p));
    return err < 0 ? err : parse_target(r, buf, (size_t)(target - buf), (size_t)(space - target));
}

/* What only the whole head can tell. */
static int finish(struct http_request *r)
{
    if (r->minor > 0 && !r->saw_host)
        return -400;
    if (r->te_chunked > 0 || r->te_other > 0) {
        if (r->minor == 0 || r->has_length || r->te_chunked != 1)
            return -400;
        if (r->te_other > 0)
            return -501;
        r->chunked = true;
    }
    if (r->minor == 0)
        r->expect_continue = r->expect_other = false;
    r->phase = PHASE_DONE;
    return (int)r->line;
}

/* The line [at, at + len), without its CR LF. Gives 0 to go on, or the result. */
static int take_line(struct http_request *r, const char *buf, size_t at, size_t len)
{
    int err = 0;
    if (r->phase == PHASE_FIELDS)
        return len == 0 ? finish(r) : http_field_parse(r, buf, at, len);
    if (len == 0 && r->phase == PHASE_FIRST) {
        r->phase = PHASE_REQUEST;
        return 0;
    }
    if (len == 0)
        return -400;
    err = parse_request_line(r, buf, at, len);
    r->phase = PHASE_FIELDS;
    return err;
}

/* Where the line under way has to end at the latest, and the status if it does not. */
static size_t line_limit(const struct http_request *r, int *status)
{
    bool fields = r->phase == PHASE_FIELDS;
    *status = fields ? -431 : -414;
    return fields ? HTTP_HEAD_MAX : r->line + HTTP_LINE_MAX;
}

int http_request_parse(struct http_request *r, const char *buf, size_t n)
{
    while (r->result == 0) {
        int too_long;
        size_t limit = line_limit(r, &too_long), end = n < limit ? n : limit;
        /* A stream that is no HTTP at all (TLS, say) need not contain an LF. */
        if (r->phase != PHASE_FIELDS && n > r->line && buf[r->line] != '\r' &&
            !http_is_token(buf[r->line]))
            return r->result = -400;
        const char *lf = end > r->scan ? memchr(buf + r->scan, '\n', end - r->scan) : NULL;
        if (!lf) {
            r->scan = (uint32_t)end;
            if (end == limit)
                r->result = (int16_t)too_long;
            break;
        }
        size_t at = r->line, next = (size_t)(lf - buf) + 1;
        if (next - at < 2 || lf[-1] != '\r')
            return r->result = -400;
        r->line = r->scan = (uint32_t)next;
        r->result = (int16_t)take_line(r, buf, at, next - at - 2);
    }
    return r->result;
}

const struct http_field *http_request_field(const struct http_request *r, enum http_name name,
                                            unsigned from)
{
    for (unsigned i = from; i < r->fields; i++)
        if (r->field[i].name == name)
            return &r->field[i];
    return NULL;
}
