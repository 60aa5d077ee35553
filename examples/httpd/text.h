/* SPDX-License-Identifier: MIT */
/*
 * Text put together piece by piece, in a fixed place or in memory that grows.
 *
 *      char room[256];
 *      struct text t = text_in(room, sizeof room);
 *      text_add(&t, "Content-Length: ");
 *      text_number(&t, 1234);
 *      if (t.failed)               // it did not fit: asked once, at the end
 *          ...
 *
 * Each way of escaping is a function of its own. Unlike snprintf these need next to no stack.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data;
    size_t len, room;
    size_t limit; /* may grow up to this; == room: fixed */
    bool failed;  /* something was left out */
};

/* Text in `room` bytes of the caller's. */
static inline struct text text_in(char *data, size_t room)
{
    return (struct text){data, 0, room, room, false};
}

/* Text that takes memory as it needs it, up to `limit` bytes. */
static inline struct text text_growing(size_t limit)
{
    return (struct text){NULL, 0, 0, limit, false};
}
void text_free(struct text *t); /* a growing one */

void text_bytes(struct text *t, const void *data, size_t n);
void text_add(struct text *t, const char *string);
void text_char(struct text *t, char c);
void text_number(struct text *t, int64_t n);
void text_padded(struct text *t, uint64_t n, int digits); /* with leading zeros */
void text_hex(struct text *t, uint64_t n);

void text_html(struct text *t, const char *string);        /* for text and quoted attributes */
void text_json(struct text *t, const char *string);        /* with quotes; NULL: null */
void text_url(struct text *t, const char *path, size_t n); /* percent-encoded, slashes kept */
void text_visible(struct text *t, const char *string, size_t n); /* for a log: \xNN, \", \\ */

#endif
