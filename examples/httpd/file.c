/* SPDX-License-Identifier: MIT */
/* Which file a request means, and how much of it is sent. */
#include "file.h"
#include "http_cond.h"
#include "http_date.h"
#include "http_range.h"
#include "mime.h"
#include "reply.h"
#include "root.h"

#include <string.h>
#include <time.h>

#define INDEX "index.html"

int file_status(int error)
{
    switch (error) {
    case -EACCES:
    case -EPERM: return 403;
    case -EMFILE:
    case -ENFILE:
    case -ENOMEM:
    case -ECANCELED: return 503;
    case -EIO: return 500;
    default: /* ENOENT and all ways in which a path can lead nowhere */ return 404;
    }
}

/* "inode-size-time" in quotes. */
static void put_etag(struct text *t, const struct stat *st)
{
    text_char(t, '"');
    text_hex(t, st->st_ino);
    text_char(t, '-');
    text_hex(t, (uint64_t)st->st_size);
    text_char(t, '-');
    text_hex(t, (uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec);
    text_char(t, '"');
}

/* Bytes first to last (of a 206), or all of it. */
struct piece {
    uint64_t first, n;
};

/* The Range field, if it counts. */
static enum http_range range_of(const struct exchange *x, const struct http_validators *v,
                                uint64_t size, struct piece *p)
{
    uint64_t last = 0;
    const struct http_request *r = exchange_request(x);
    const struct http_field *f = http_request_field(r, HTTP_RANGE, 0);
    *p = (struct piece){0, size};
    if (!f || r->method != HTTP_GET || !http_cond_range(r, x->conn->in->data, v) ||
        http_request_field(r, HTTP_RANGE, (unsigned)(f - r->field) + 1))
        return HTTP_RANGE_WHOLE;
    enum http_range range =
        http_range_parse(exchange_text(x, f->value), f->value.len, size, &p->first, &last);
    if (range == HTTP_RANGE_PART)
        p->n = last - p->first + 1;
    else
        p->first = 0;
    return range;
}

static void put_content_range(struct exchange *x, const struct piece *p, uint64_t size)
{
    text_add(&x->out, "Content-Range: bytes ");
    if (p) {
        text_padded(&x->out, p->first, 1);
        text_char(&x->out, '-');
        text_padded(&x->out, p->first + p->n - 1, 1);
    } else {
        text_char(&x->out, '*');
    }
    text_char(&x->out, '/');
    text_padded(&x->out, size, 1);
    text_add(&x->out, "\r\n");
}

/* The head is complete but for its end: send it and the piece with one call. */
static void send_small(struct exchange *x, int fd, const struct piece *p)
{
    struct text *out = &x->out;
    text_bytes(out, "\r\n", 2);
    for (uint64_t have = 0; have < p->n;) {
        ssize_t n =
            faden_pread(fd, out->data + out->len, (size_t)(p->n - have), (off_t)(p->first + have));
        if (n <= 0) { /* it shrank; nothing was sent yet */
            reply_error(x, 500);
            return;
        }
        out->len += (size_t)n;
        have += (uint64_t)n;
    }
    reply_send(x);
}

static void send_piece(struct exchange *x, int fd, const struct piece *p)
{
    if (x->head_only || p->n == 0) {
        reply_end(x, 0);
    } else if (p->n <= x->out.room - x->out.len - 2) {
        send_small(x, fd, p);
    } else {
        reply_end(x, MSG_MORE);
        reply_file(x, fd, (off_t)p->first, p->n);
    }
}

/* What an answer says about the file, whether it sends it or not. */
static void put_validators(struct exchange *x, const struct http_validators *v)
{
    char date[HTTP_DATE_LEN + 1];
    http_date_format(v->modified, date);
    reply_field(x, "ETag", v->etag);
    reply_field(x, "Last-Modified", date);
    reply_field(x, "Accept-Ranges", "bytes");
}

static void send_file(struct exchange *x, int fd, const struct stat *st)
{
    char etag[64] = "";
    struct text tag = text_in(etag, sizeof etag - 1);
    struct http_validators v = {.etag = etag, .now = time(NULL)};
    struct piece p;
    uint64_t size = (uint64_t)st->st_size;
    put_etag(&tag, st);
    v.modified = st->st_mtim.tv_sec < v.now ? st->st_mtim.tv_sec : v.now;
    int status = http_cond_check(exchange_request(x), x->conn->in->data, &v);
    if (status == 412) {
        reply_error(x, status);
        return;
    }
    enum http_range range = status ? HTTP_RANGE_WHOLE : range_of(x, &v, size, &p);
    reply_begin(x, status                       ? status
                   : range == HTTP_RANGE_PART   ? 206
                   : range == HTTP_RANGE_BEYOND ? 416
                                                : 200);
    put_validators(x, &v);
    if (range != HTTP_RANGE_WHOLE)
        put_content_range(x, range == HTTP_RANGE_PART ? &p : NULL, size);
    if (status == 304) {
        reply_end(x, 0);
    } else if (range == HTTP_RANGE_BEYOND) {
        reply_error_page(x);
    } else {
        reply_field(x, "Content-Type", mime_of(x->path));
        reply_field(x, "X-Content-Type-Options", "nosniff");
        reply_number(x, "Content-Length", p.n);
        send_piece(x, fd, &p);
    }
}

/* A directory asked for without its slash: relative links in it would lead astray. */
static void redirect(struct exchange *x)
{
    const struct http_request *r = exchange_request(x);
    struct text *out = &x->out;
    reply_begin(x, 301);
    text_add(out, "Location: /");
    text_url(out, x->path, (size_t)x->path_len);
    text_char(out, '/');
    if (r->has_query) {
        text_char(out, '?');
        text_bytes(out, exchange_text(x, r->query), r->query.len);
    }
    text_add(out, "\r\n");
    if (out->room - out->len < 1024) /* the page must fit too */
        reply_error(x, 414);
    else
        reply_error_page(x);
}

/* Open x->path and see what it is. Gives the descriptor or a negative errno value. */
static int open_path(struct exchange *x, struct stat *st)
{
    int fd = root_open(x->server->root, x->path, x->server->options->symlinks);
    if (fd >= 0 && fstat(fd, st) < 0) {
        int err = -errno;
        faden_close(fd);
        return err;
    }
    return fd;
}

static void answer_directory(struct exchange *x)
{
    struct stat st;
    if (x->path_len > 0)
        x->path[--x->path_len] = 0; /* its slash */
    int fd = open_path(x, &st);
    if (fd < 0) {
        reply_error(x, file_status(fd));
        return;
    }
    if (S_ISDIR(st.st_mode))
        listing_reply(x, fd);
    else
        reply_error(x, 404);
    faden_close(fd);
}

void file_reply(struct exchange *x)
{
    struct stat st;
    int n = x->path_len;
    bool directory = n == 0 || x->path[n - 1] == '/';
    if (directory)
        memcpy(x->path + n, INDEX, sizeof INDEX);
    int fd = open_path(x, &st);
    bool file = fd >= 0 && S_ISREG(st.st_mode);
    if (directory && !file && (fd >= 0 || fd == -ENOENT)) {
        x->path[n] = 0;
        answer_directory(x);
    } else if (file) {
        send_file(x, fd, &st);
    } else if (fd >= 0 && S_ISDIR(st.st_mode)) {
        redirect(x);
    } else {
        reply_error(x, fd < 0 ? file_status(fd) : 404); /* no pipes, devices or sockets */
    }
    if (fd >= 0)
        faden_close(fd);
}
