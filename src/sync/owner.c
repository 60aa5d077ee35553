/* SPDX-License-Identifier: MIT */
/* What is to be said about owners when something is wrong. */
#include "sync/owner.h"

#include "base/format.h"

/* Threads are numbered when they first own something: a `here` may come back in another thread. */
uint32_t faden__thread_stamp(void)
{
    static uint32_t threads;
    if (unlikely(!faden__here.number))
        faden__here.number = fetch_add_relaxed(&threads, 1) + 1;
    return faden__here.number;
}

static faden_task *task_of(struct owner o)
{
    return (uintptr_t)o.who & 1 ? NULL : o.who;
}

/* It is another task's record now, or nobody's. */
static bool record_given_back(struct owner o)
{
    return (o.stamp ^ id_stamp(task_of(o))) >> STAMP_RUN_BITS;
}

static bool has_ended(struct owner o)
{
    return record_given_back(o) || task_of(o)->state == FADEN_TASK_DONE;
}

/* The record still tells who it was, unless it has been used again. */
static void describe_ended(struct owner o, struct text *text)
{
    const faden_task *t = task_of(o);
    text_format(text, "a task that has ended");
    if (t->site && (!t->id || !record_given_back(o)))
        text_format(text, " ('%s', spawned at %s)", task_name(t), t->site);
}

void faden__check_owner_lives(struct owner o, const char *call, const char *what,
                              const void *object)
{
    char buf[256];
    struct text text = {.buf = buf, .size = sizeof buf};
    if (likely(!task_of(o) || !record_given_back(o)))
        return;
    describe_ended(o, &text);
    faden_panic("%s: the %s at %p is held by %s", call, what, object, buf);
}

void faden__owner_remark(struct owner o, struct text *text)
{
    if (!o.who)
        return;
    if (!task_of(o)) {
        text_format(text, ", held by a plain thread");
    } else if (has_ended(o)) {
        text_format(text, ", held by ");
        describe_ended(o, text);
    }
}

faden_task *faden__owner_task(struct owner o)
{
    return o.who && task_of(o) && !has_ended(o) ? task_of(o) : NULL;
}
