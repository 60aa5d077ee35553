/* SPDX-License-Identifier: MIT */
/*
 * The head of one HTTP/1.x request, as RFC 9110 and RFC 9112 have it, taken strictly.
 *
 *      struct http_request r;
 *      http_request_init(&r);
 *      while ((got = http_request_parse(&r, buf, n)) == 0)
 *          n += read(fd, buf + n, sizeof buf - n);
 *      if (got < 0)
 *          answer(-got);               // 400, 413, 414, 431, 501 or 505
 *      else
 *          ...                         // the head is got bytes long; its body follows it
 *
 * No allocation, no copy: what was found is kept as offsets into `buf`, which may move between
 * calls. Feeding byte by byte gives what feeding all at once gives.
 *
 * Where the RFCs leave a choice, the answer that leaves no room for two readings of one stream:
 *   - a line ends with CR LF; a bare CR or a bare LF anywhere in the head is a 400;
 *   - one empty line before the request line is skipped, a second one is a 400;
 *   - one space between the parts of the request line; the version is spelled exactly;
 *   - no white space before the colon of a field, no obs-fold;
 *   - Content-Length: decimal digits, once; a second one is a 400 even with the same value;
 *   - Transfer-Encoding: "chunked" alone, only in HTTP/1.1, never beside a Content-Length; another
 *     coding before chunked is a 501, everything else a 400;
 *   - exactly one Host in HTTP/1.1, at most one in HTTP/1.0.
 */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_MAX 16384 /* bytes of a whole head: past it 431 */
#define HTTP_LINE_MAX 8192  /* bytes of the request line: past it 414 */
#define HTTP_FIELDS_MAX 100 /* past it 431 */
#define HTTP_NAME_MAX 128   /* bytes of a field's name: past it 431 */

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_OPTIONS,
    HTTP_KNOWN,   /* one that RFC 9110 or 5789 defines, and that we do not serve */
    HTTP_UNKNOWN, /* any other token */
};

/* Fields that somebody asks for; the rest is HTTP_OTHER. */
enum http_name {
    HTTP_OTHER,
    HTTP_HOST,
    HTTP_RANGE,
    HTTP_EXPECT,
    HTTP_ACCEPT,
    HTTP_IF_MATCH,
    HTTP_IF_RANGE,
    HTTP_CONNECTION,
    HTTP_IF_NONE_MATCH,
    HTTP_CONTENT_LENGTH,
    HTTP_TRANSFER_ENCODING,
    HTTP_IF_MODIFIED_SINCE,
    HTTP_IF_UNMODIFIED_SINCE,
};

/* A piece of the buffer. */
struct http_slice {
    uint16_t at, len;
};

struct http_field {
    uint16_t name_at;
    uint8_t name_len;
    uint8_t name; /* enum http_name */
    struct http_slice value;
};

struct http_request {
    enum http_method method;
    struct http_slice method_name;
    struct http_slice target; /* as it came */
    struct http_slice path;   /* of the target, still encoded; empty: "/", or "*" was asked for */
    struct http_slice query;  /* without the "?" */
    struct http_slice host;   /* of the target if it names one, else of the Host field */
    bool has_query;
    bool asterisk;  /* the target is "*" */
    bool authority; /* the target is HOST:PORT (CONNECT) */
    uint8_t minor;  /* HTTP/1.minor */

    bool chunked; /* the body is chunked; else it has content_length bytes */
    bool has_length;
    int64_t content_length;
    bool close, keep_alive;       /* what Connection says */
    bool expect_continue;         /* Expect: 100-continue */
    bool expect_other;            /* Expect: something else */
    bool saw_host;                /* a Host field */
    uint8_t te_chunked, te_other; /* codings in Transfer-Encoding */
    struct http_field field[HTTP_FIELDS_MAX];
    uint16_t fields;

    uint32_t line; /* where the first unread line begins */
    uint32_t scan; /* before it, no LF since `line` */
    uint8_t phase;
    int16_t result; /* once it is known */
};

void http_request_init(struct http_request *r);

/* Look at the first n bytes of a request. Gives the length of its head; 0: more bytes are needed;
   or the status to refuse it with, negated: nothing after it on this connection can be trusted. */
int http_request_parse(struct http_request *r, const char *buf, size_t n);

/* The next field called `name` from index `from` on, or NULL. */
const struct http_field *http_request_field(const struct http_request *r, enum http_name name,
                                            unsigned from);

#endif
