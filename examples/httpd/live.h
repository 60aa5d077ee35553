/* SPDX-License-Identifier: MIT */
/* /_faden: the scheduler of this very server, as a page that refreshes itself; /_faden.json: the
   same for programs. */
#ifndef LIVE_H
#define LIVE_H

#include "exchange.h"

#define LIVE_WAITS 20 /* the longest ones that are shown */

struct live_wait {
    uint64_t id, waits_for;
    const char *name, *site, *reason; /* name may be NULL */
    int64_t ns;
};

/* Everything that is shown, taken at one moment. */
struct live {
    faden_stats stats;
    uint64_t switch_rate, request_rate; /* per second */
    uint64_t open, accepted, limit, requests, bytes;
    size_t stack_largest, stack_size;  /* bytes ever used on one stack, of how many */
    struct live_wait wait[LIVE_WAITS]; /* longest first */
    size_t waits;
};

/* Look at the scheduler. The strings last until the caller waits. Gives 0 or -ENOMEM. */
int live_take(struct live *l, struct server *s);

void live_html(const struct live *l, struct text *t);
void live_json(const struct live *l, struct text *t);

/* Answer if x->path is one of the two; false: it is another. */
bool live_reply(struct exchange *x);

#endif
