/* SPDX-License-Identifier: MIT */
/* What /_faden looks like. */
#include "live.h"

static const char *const states[] = {"new", "ready", "running", "parked", "done"};

/* "1,234,567" */
static void put_count(struct text *t, uint64_t n)
{
    if (n >= 1000) {
        put_count(t, n / 1000);
        text_char(t, ',');
        text_padded(t, n % 1000, 3);
    } else {
        text_padded(t, n, 1);
    }
}

/* "12.345 s" */
static void put_seconds(struct text *t, int64_t ns)
{
    ns = ns < 0 ? 0 : ns;
    put_count(t, (uint64_t)(ns / FADEN_SEC));
    text_char(t, '.');
    text_padded(t, (uint64_t)(ns / FADEN_MSEC % 1000), 3);
    text_add(t, " s");
}

static void put_row(struct text *t, const char *name, uint64_t n)
{
    text_add(t, "<tr><th>");
    text_add(t, name);
    text_add(t, "<td>");
    put_count(t, n);
    text_char(t, '\n');
}

static void put_waits(const struct live *l, struct text *t)
{
    text_add(t, "<h2>Longest waits</h2>\n<table class=waits>\n"
                "<tr><th>task<th>name<th>spawned at<th>waits for<th>since\n");
    for (size_t i = 0; i < l->waits; i++) {
        const struct live_wait *w = &l->wait[i];
        text_add(t, "<tr><td>");
        text_padded(t, w->id, 1);
        text_add(t, "<td>");
        text_html(t, w->name ? w->name : "");
        text_add(t, "<td>");
        text_html(t, w->site ? w->site : "");
        text_add(t, "<td>");
        text_html(t, w->reason ? w->reason : "");
        if (w->waits_for) {
            text_add(t, " (task ");
            text_padded(t, w->waits_for, 1);
            text_char(t, ')');
        }
        text_add(t, "<td>");
        put_seconds(t, w->ns);
        text_char(t, '\n');
    }
    text_add(t, "</table>\n");
}

void live_html(const struct live *l, struct text *t)
{
    text_add(t, "<!doctype html>\n<html lang=en><meta charset=utf-8>\n<title>faden, live</title>\n"
                "<meta http-equiv=refresh content=2>\n"
                "<meta name=viewport content=\"width=device-width\">\n"
                "<meta name=color-scheme content=\"light dark\">\n"
                "<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;"
                "padding:0 1rem}.some{display:flex;flex-wrap:wrap;gap:0 3rem;align-items:start}"
                "table{border-collapse:collapse}th{text-align:left;font-weight:500}"
                "th,td{padding:.1rem 1.2rem .1rem 0;border-bottom:1px solid #8884}"
                "td{font-variant-numeric:tabular-nums}.some td,.waits td:last-child,"
                ".waits th:last-child{text-align:right}h1{margin-bottom:0}</style>\n"
                "<h1>faden, live</h1>\n<p>up for ");
    put_seconds(t, l->stats.uptime);
    text_add(t, "; this page looks again every two seconds; <a href=\"/_faden.json\">as JSON</a>\n"
                "<div class=some>\n<table>\n");
    for (int i = 0; i < 5; i++)
        put_row(t, states[i], l->stats.tasks[i]);
    put_row(t, "spawned", l->stats.spawned);
    put_row(t, "finished", l->stats.finished);
    text_add(t, "</table>\n<table>\n");
    put_row(t, "switches per second", l->switch_rate);
    put_row(t, "switches", l->stats.switches);
    put_row(t, "times the cpu slept", l->stats.idles);
    put_row(t, "timers armed", l->stats.timers);
    put_row(t, "stacks in use", l->stats.stacks);
    put_row(t, "stacks kept", l->stats.stacks_cached);
    put_row(t, "largest stack use, bytes", l->stack_largest);
    put_row(t, "pool threads", l->stats.blocking_threads);
    text_add(t, "</table>\n<table>\n");
    put_row(t, "connections now", l->open);
    put_row(t, "connections in all", l->accepted);
    put_row(t, "at most", l->limit);
    put_row(t, "requests per second", l->request_rate);
    put_row(t, "requests", l->requests);
    put_row(t, "bytes sent", l->bytes);
    text_add(t, "</table>\n</div>\n");
    put_waits(l, t);
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void put_key(struct text *t, const char *before, const char *key)
{
    text_add(t, before);
    text_json(t, key);
    text_char(t, ':');
}

static void put_number(struct text *t, const char *before, const char *key, uint64_t n)
{
    put_key(t, before, key);
    text_padded(t, n, 1);
}

static void put_string(struct text *t, const char *before, const char *key, const char *value)
{
    put_key(t, before, key);
    text_json(t, value);
}

void live_json(const struct live *l, struct text *t)
{
    put_number(t, "{", "uptime_ns", (uint64_t)l->stats.uptime);
    put_key(t, ",", "tasks");
    for (int i = 0; i < 5; i++)
        put_number(t, i ? "," : "{", states[i], l->stats.tasks[i]);
    put_number(t, "},", "spawned", l->stats.spawned);
    put_number(t, ",", "finished", l->stats.finished);
    put_number(t, ",", "switches", l->stats.switches);
    put_number(t, ",", "switches_per_second", l->switch_rate);
    put_number(t, ",", "idles", l->stats.idles);
    put_number(t, ",", "timers", l->stats.timers);
    put_number(t, ",", "stacks", l->stats.stacks);
    put_number(t, ",", "stacks_cached", l->stats.stacks_cached);
    put_number(t, ",", "stack_largest_bytes", l->stack_largest);
    put_number(t, ",", "stack_size_bytes", l->stack_size);
    put_number(t, ",", "blocking_threads", l->stats.blocking_threads);
    put_number(t, ",\"connections\":{", "now", l->open);
    put_number(t, ",", "total", l->accepted);
    put_number(t, ",", "limit", l->limit);
    put_number(t, "},", "requests", l->requests);
    put_number(t, ",", "requests_per_second", l->request_rate);
    put_number(t, ",", "bytes", l->bytes);
    text_add(t, ",\"longest_waits\":[");
    for (size_t i = 0; i < l->waits; i++) {
        const struct live_wait *w = &l->wait[i];
        put_number(t, i ? ",{" : "{", "id", w->id);
        put_string(t, ",", "name", w->name);
        put_string(t, ",", "site", w->site);
        put_string(t, ",", "reason", w->reason);
        put_number(t, ",", "waits_for", w->waits_for);
        put_number(t, ",", "ns", w->ns < 0 ? 0 : (uint64_t)w->ns);
        text_char(t, '}');
    }
    text_add(t, "]}\n");
}
