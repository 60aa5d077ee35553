/* SPDX-License-Identifier: MIT */
/*
 *            +-----------------------------------------------+
 *            v     ";"          CR                           |
 *      SIZE ---+---> EXTENSION ----> SIZE_LF --LF--> DATA --> DATA_CR --> DATA_LF
 *              +---------- CR ----------^  |
 *                                          | size 0       field line
 *                                          +--> TRAILER -------------> FIELD
 *                                               ^   | CR                 | CR
 *                                               |   v                    v
 *                                               |  END_LF --> done    FIELD_LF
 *                                               +------------------------+
 */
#include "http_chunked.h"
#include "http_lex.h"

enum state {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    FIELD,
    FIELD_LF,
    END_LF,
};

void http_chunked_init(struct http_chunked *c, uint64_t limit)
{
    memset(c, 0, sizeof *c);
    c->limit = limit;
}

static int take_size(struct http_chunked *c, char ch)
{
    int digit = http_hex(ch);
    if (digit >= 0) {
        if (c->digits++ == 15)
            return -400;
        c->left = c->left * 16 + (uint64_t)digit;
        return 0;
    }
    if (c->digits == 0 || (ch != ';' && ch != '\r'))
        return -400;
    if (c->left > c->limit - c->total)
        return -413;
    c->total += c->left;
    c->last = c->left == 0;
    c->state = ch == ';' ? EXTENSION : SIZE_LF;
    return 0;
}

/* Text up to a CR, then `next`. */
static int take_text(struct http_chunked *c, char ch, enum state next)
{
    if (c->extra++ == HTTP_CHUNKED_EXTRA)
        return -431;
    if (ch == '\r')
        c->state = (uint8_t)next;
    else if (!http_is_value(ch))
        return -400;
    return 0;
}

static int expect(struct http_chunked *c, char ch, char wanted, enum state next)
{
    c->state = (uint8_t)next;
    return ch == wanted ? 0 : -400;
}

/* The first character of a line after the last chunk. */
static int take_trailer(struct http_chunked *c, char ch)
{
    if (ch == '\r') {
        c->state = END_LF;
        return 0;
    }
    c->state = FIELD;
    return http_is_token(ch) ? take_text(c, ch, FIELD) : -400;
}

static int take_one(struct http_chunked *c, char ch)
{
    switch ((enum state)c->state) {
    case SIZE: return take_size(c, ch);
    case EXTENSION: return take_text(c, ch, SIZE_LF);
    case SIZE_LF: return expect(c, ch, '\n', c->last ? TRAILER : DATA);
    case DATA_CR: return expect(c, ch, '\r', DATA_LF);
    case DATA_LF: c->digits = 0; return expect(c, ch, '\n', SIZE);
    case TRAILER: return take_trailer(c, ch);
    case FIELD: return take_text(c, ch, FIELD_LF);
    case FIELD_LF: return expect(c, ch, '\n', TRAILER);
    case END_LF: c->done = ch == '\n'; return c->done ? 0 : -400;
    case DATA: break;
    }
    return 0;
}

ssize_t http_chunked_feed(struct http_chunked *c, const char *buf, size_t n)
{
    size_t i = 0;
    while (i < n && !c->done) {
        if (c->state == DATA) {
            size_t some = n - i < c->left ? n - i : (size_t)c->left;
            i += some;
            c->left -= some;
            if (c->left == 0)
                c->state = DATA_CR;
            continue;
        }
        int err = take_one(c, buf[i++]);
        if (err < 0)
            return err;
    }
    return (ssize_t)i;
}
