/* SPDX-License-Identifier: MIT */
/* From bytes received to bytes to send: the part of a connection that does no I/O. */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "parse.h"

#define RESPONSE                   \
    "HTTP/1.1 200 OK\r\n"          \
    "Content-Type: text/plain\r\n" \
    "Content-Length: 5\r\n"        \
    "\r\n"                         \
    "hello"

struct exchange {
    size_t have;    /* bytes in `in` that are not answered yet */
    size_t pending; /* bytes in `out` to be sent */
    int closing;    /* nothing more to answer: close once `out` is sent */
    char in[2048], out[1024];
};

/* Answers the requests that `in` holds, as many as `out` has room for. Gives how many. */
static int exchange_answer(struct exchange *x)
{
    size_t taken = 0;
    int answered = 0;
    while (taken < x->have && !x->closing && sizeof x->out - x->pending >= sizeof RESPONSE - 1) {
        struct request request = {.keep_alive = 0};
        long n = parse_request(x->in + taken, x->have - taken, &request);
        if (n == 0)
            break;
        if (n < 0 || request.method_len != 3 || memcmp(request.method, "GET", 3) != 0) {
            x->closing = 1; /* nobody asks for this here */
            break;
        }
        taken += (size_t)n;
        memcpy(x->out + x->pending, RESPONSE, sizeof RESPONSE - 1);
        x->pending += sizeof RESPONSE - 1;
        x->closing = !request.keep_alive;
        answered++;
    }
    x->have -= taken;
    if (taken && x->have)
        memmove(x->in, x->in + taken, x->have);
    if (!answered && x->have == sizeof x->in)
        x->closing = 1; /* a request longer than the buffer */
    return answered;
}

#endif
