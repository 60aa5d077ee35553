/* SPDX-License-Identifier: MIT */
/* Writing an answer: see exchange.h. What cannot be sent sets x->broken and x->last. */
#ifndef REPLY_H
#define REPLY_H

#include "exchange.h"

/* The status line and the fields that every answer has. */
void reply_begin(struct exchange *x, int status);
void reply_field(struct exchange *x, const char *name, const char *value);
void reply_number(struct exchange *x, const char *name, uint64_t value);

/* The head is complete; send it. flags: MSG_MORE if a body follows. */
void reply_end(struct exchange *x, int flags);

/* Send what is in x->out, put together by other means. */
void reply_send(struct exchange *x);

/* n bytes of a file, after the head. */
void reply_file(struct exchange *x, int fd, off_t offset, uint64_t n);

/* Content-Length, the end of the head, and the body (unless it is left out), with one call if they
   fit. */
void reply_body(struct exchange *x, const void *body, size_t n);

/* A whole answer with a short page that names the status. */
void reply_error(struct exchange *x, int status);

/* The same, after fields that the caller has put between reply_begin and this. */
void reply_error_page(struct exchange *x);

/* "100 Continue"; false: nobody waits for it. */
bool reply_continue(struct exchange *x);

/* Fields for pages made by this program: nothing from elsewhere, no scripts, not stored. */
void reply_generated(struct exchange *x, const char *type);

#endif
