/* SPDX-License-Identifier: MIT */
#include "live.h"
#include "http_lex.h"
#include "reply.h"

#include <stdlib.h>
#include <string.h>

#define TASKS_MAX 20000 /* looked at in one page */
#define STACKS_MAX 2000 /* whose stacks are measured: a system call each */
#define RATE_NS (500 * FADEN_MSEC)

static faden_mutex rate_mutex;
static struct {
    int64_t at;
    uint64_t switches, requests; /* by then */
    uint64_t switch_rate, request_rate;
} rate; /* rate_mutex */

static uint64_t per_second(uint64_t n, int64_t ns)
{
    return ns > 0 ? (uint64_t)((double)n * 1e9 / (double)ns) : 0;
}

/* Over the time since somebody looked last, unless that is too short to tell. */
static void take_rates(struct live *l)
{
    faden_mutex_lock(&rate_mutex);
    int64_t ns = l->stats.uptime - rate.at;
    if (ns >= RATE_NS || rate.at == 0) {
        rate.switch_rate = per_second(l->stats.switches - rate.switches, ns);
        rate.request_rate = per_second(l->requests - rate.requests, ns);
        rate.at = l->stats.uptime;
        rate.switches = l->stats.switches;
        rate.requests = l->requests;
    }
    l->switch_rate = rate.switch_rate;
    l->request_rate = rate.request_rate;
    faden_mutex_unlock(&rate_mutex);
}

/* Keep it if it is among the longest. */
static void take_wait(struct live *l, const faden_task_info *i, int64_t ns)
{
    size_t at = l->waits;
    while (at > 0 && l->wait[at - 1].ns < ns)
        at--;
    if (at == LIVE_WAITS)
        return;
    l->waits += l->waits < LIVE_WAITS;
    memmove(&l->wait[at + 1], &l->wait[at], (l->waits - 1 - at) * sizeof l->wait[0]);
    l->wait[at] = (struct live_wait){.id = i->id, .waits_for = i->waits_for, .name = i->name};
    l->wait[at].site = i->site;
    l->wait[at].reason = i->reason;
    l->wait[at].ns = ns;
}

static void take_stacks(struct live *l, const faden_task_info *info, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (info[i].stack_high_water > l->stack_largest) {
            l->stack_largest = info[i].stack_high_water;
            l->stack_size = info[i].stack_size;
        }
}

static int take_tasks(struct live *l)
{
    int64_t n = faden_tasks(NULL, 0, false), now = faden_now();
    size_t room = n < 1 ? 1 : n < TASKS_MAX ? (size_t)n : TASKS_MAX;
    faden_task_info *info = calloc(room, sizeof *info);
    if (!info)
        return -ENOMEM;
    size_t measured = room < STACKS_MAX ? room : STACKS_MAX;
    if (faden_tasks(info, measured, true) > 0)
        take_stacks(l, info, measured);
    if (measured < room && faden_tasks(info, room, false) < 0)
        room = 0;
    for (size_t i = 0; i < room; i++)
        if (info[i].state == FADEN_TASK_PARKED)
            take_wait(l, &info[i], now - info[i].since);
    free(info);
    return 0;
}

int live_take(struct live *l, struct server *s)
{
    *l = (struct live){.limit = s->options->connections};
    l->open = atomic_load(&s->open);
    l->accepted = atomic_load(&s->accepted);
    l->requests = atomic_load(&s->requests);
    l->bytes = atomic_load(&s->bytes);
    int err = faden_stats_get(&l->stats);
    if (err == 0)
        take_rates(l);
    return err < 0 ? err : take_tasks(l);
}

/* Does the client ask for JSON rather than for a page? */
static bool wants_json(const struct exchange *x)
{
    const struct http_field *f = http_request_field(exchange_request(x), HTTP_ACCEPT, 0);
    const char *list = f ? exchange_text(x, f->value) : "", *type;
    size_t left = f ? f->value.len : 0, n;
    bool more = true;
    while (http_list(&list, &left, &more, &type, &n)) {
        const char *end = memchr(type, ';', n);
        n = end ? (size_t)(end - type) : n;
        http_trim(&type, &n);
        if (http_equal(type, n, "text/html"))
            return false;
        if (http_equal(type, n, "application/json"))
            return true;
    }
    return false;
}

bool live_reply(struct exchange *x)
{
    bool page = strcmp(x->path, "_faden") == 0, json = strcmp(x->path, "_faden.json") == 0;
    if (!page && !json)
        return false;
    json = json || wants_json(x);
    struct live *l = malloc(sizeof *l);
    struct text t = text_growing(1 << 20);
    if (l && live_take(l, x->server) == 0)
        (json ? live_json : live_html)(l, &t);
    else
        t.failed = true;
    free(l);
    if (t.failed) {
        reply_error(x, 503);
    } else {
        reply_begin(x, 200);
        reply_generated(x, json ? "application/json" : "text/html; charset=utf-8");
        reply_field(x, "Vary", "Accept");
        reply_body(x, t.data, t.len);
    }
    text_free(&t);
    return true;
}
