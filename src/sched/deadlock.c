/* SPDX-License-Identifier: MIT */
/*
 * Nothing will ever come: no ready task, no timer, no descriptor, no call in the pool, and no plain
 * thread that could send something. The report shows every task and, for those that wait for each
 * other in a ring, the ring.
 */
#include "base/format.h"

#include "sched/park.h"
#include "sched/tree.h"

struct report {
    char *buf;
    size_t len, size;
};

static void to_error_stream(const char *text, size_t n, void *arg)
{
    struct report *r = arg;
    platform_report(text, n, false);
    if (r->buf && n < r->size - r->len) {
        __builtin_memcpy(r->buf + r->len, text, n);
        r->len += n;
        r->buf[r->len] = '\0';
    }
}

static faden_task *waits_for(const faden_task *t)
{
    const struct faden__wait *w = t->wait;
    if (t->state != FADEN_TASK_PARKED || !w->reason->holder)
        return NULL;
    return w->reason->holder(w->object);
}

/* A task on a ring that `t` leads into, or NULL (Floyd: a slow and a fast walker meet on it). */
static faden_task *on_ring(faden_task *t)
{
    faden_task *slow = t, *fast = t;
    while (fast && (fast = waits_for(fast)) && (fast = waits_for(fast))) {
        slow = waits_for(slow);
        if (slow == fast)
            return slow;
    }
    return NULL;
}

static void show_ring(struct runtime *rt, struct report *r)
{
    faden_task *t, *start = NULL;
    char buf[512];
    struct text text = {.buf = buf, .size = sizeof buf};
    for (t = tree_first(rt); t && !start; t = tree_next(rt, t))
        start = on_ring(t);
    if (!start)
        return;
    text_format(&text, "the ring: ");
    t = start;
    do {
        text_format(&text, "%s (task %llu) waits for ", task_name(t), (unsigned long long)t->id);
        t = waits_for(t);
    } while (t != start);
    text_format(&text, "%s\n", task_name(start));
    to_error_stream(text.buf, text.len, r);
}

/* on_deadlock has returned: end what can be ended, *some: and whether there was something. The cpus
   hold still: else who is woken on another one runs, and its record and its wait end under us. */
static void end_all_waits(struct runtime *rt, void *some)
{
    faden_task *t;
    for (t = tree_first(rt); t; t = tree_next(rt, t)) {
        struct faden__wait *w = t->wait;
        if (t->state == FADEN_TASK_PARKED && !w->sticky && claim(w)) {
            wake(mycpu(), w, -EDEADLK);
            *(bool *)some = true;
        }
    }
}

void deadlock(struct cpu *cpu)
{
    static const char head[] = "faden: deadlock: every task waits, and nothing can end a wait\n";
    static const char hopeless[] =
        "faden: deadlock: the waits that are left cannot be ended (locks, closing scopes)\n";
    enum { REPORT_SIZE = 65536 };
    struct runtime *rt = cpu->runtime;
    struct report r = {.buf = platform_alloc(REPORT_SIZE), .size = REPORT_SIZE};
    bool some = false;
    to_error_stream(head, sizeof head - 1, &r);
    tree_dump(rt, to_error_stream, &r);
    show_ring(rt, &r);
    if (!rt->config.on_deadlock)
        platform_report("", 0, true);
    rt->config.on_deadlock(r.buf ? r.buf : head);
    if (r.buf)
        platform_free(r.buf, REPORT_SIZE);
    on_cpu_of_caller(end_all_waits, &some);
    if (!some)
        platform_report(hopeless, sizeof hopeless - 1, true);
}
