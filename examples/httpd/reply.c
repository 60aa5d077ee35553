/* SPDX-License-Identifier: MIT */
#include "reply.h"
#include "http_date.h"

#include <string.h>
#include <time.h>

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

void reply_field(struct exchange *x, const char *name, const char *value)
{
    text_add(&x->out, name);
    text_bytes(&x->out, ": ", 2);
    text_add(&x->out, value);
    text_bytes(&x->out, "\r\n", 2);
}

void reply_number(struct exchange *x, const char *name, uint64_t value)
{
    text_add(&x->out, name);
    text_bytes(&x->out, ": ", 2);
    text_padded(&x->out, value, 1);
    text_bytes(&x->out, "\r\n", 2);
}

void reply_begin(struct exchange *x, int status)
{
    char date[HTTP_DATE_LEN + 1];
    x->status = status;
    x->out.len = 0;
    x->out.failed = false;
    text_add(&x->out, "HTTP/1.1 ");
    text_number(&x->out, status);
    text_char(&x->out, ' ');
    text_add(&x->out, reason_of(status));
    text_bytes(&x->out, "\r\n", 2);
    http_date_format(time(NULL), date);
    reply_field(x, "Date", date);
    reply_field(x, "Server", "faden-httpd");
    if (x->last)
        reply_field(x, "Connection", "close");
    else if (exchange_request(x)->minor == 0)
        reply_field(x, "Connection", "keep-alive");
    if (status == 405)
        reply_field(x, "Allow", "GET, HEAD, OPTIONS");
    if (status == 503)
        reply_field(x, "Retry-After", "1");
}

/* The peer does not get all that it was promised: only the end of the connection can tell it. */
static void break_off(struct exchange *x)
{
    x->broken = x->last = true;
    x->linger = false;
}

static void transmit(struct exchange *x, const void *data, size_t n, int flags)
{
    if (x->broken)
        return;
    if (x->out.failed || net_send(x->conn->fd, data, n, flags, &x->pace, x->server->options) < 0)
        break_off(x);
}

void reply_send(struct exchange *x)
{
    transmit(x, x->out.data, x->out.len, 0);
}

void reply_file(struct exchange *x, int fd, off_t offset, uint64_t n)
{
    if (!x->broken && net_send_file(x->conn->fd, fd, offset, n, &x->pace, x->server->options) < 0)
        break_off(x);
}

void reply_end(struct exchange *x, int flags)
{
    text_bytes(&x->out, "\r\n", 2);
    transmit(x, x->out.data, x->out.len, flags);
}

void reply_body(struct exchange *x, const void *body, size_t n)
{
    reply_number(x, "Content-Length", n);
    if (x->head_only) {
        reply_end(x, 0);
        return;
    }
    if (n <= x->out.room - x->out.len - 2) {
        text_bytes(&x->out, "\r\n", 2);
        text_bytes(&x->out, body, n);
        reply_send(x);
        return;
    }
    reply_end(x, MSG_MORE);
    transmit(x, body, n, 0);
}

void reply_generated(struct exchange *x, const char *type)
{
    reply_field(x, "Content-Type", type);
    reply_field(x, "Cache-Control", "no-store");
    reply_field(x, "X-Content-Type-Options", "nosniff");
    reply_field(x, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
}

void reply_error_page(struct exchange *x)
{
    char room[512];
    struct text page = text_in(room, sizeof room);
    text_add(&page, "<!doctype html><html lang=en><meta charset=utf-8><title>");
    text_number(&page, x->status);
    text_add(&page, "</title><meta name=color-scheme content=\"light dark\"><h1>");
    text_number(&page, x->status);
    text_char(&page, ' ');
    text_add(&page, reason_of(x->status));
    text_add(&page, "</h1>\n");
    reply_generated(x, "text/html; charset=utf-8");
    reply_body(x, page.data, page.len);
}

void reply_error(struct exchange *x, int status)
{
    reply_begin(x, status);
    reply_error_page(x);
}

bool reply_continue(struct exchange *x)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    transmit(x, text, sizeof text - 1, 0);
    return !x->broken;
}
