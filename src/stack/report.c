/* SPDX-License-Identifier: MIT */
/* A fault in the guard of a stack: say whose, in words that end the search. */
#include "base/atomic.h"
#include "base/format.h"

#include "coro/here.h"
#include "stack/pool.h"

#include <faden/coro.h>

void (*stack_describe_task)(const void *task, struct stack_owner *out);

/* Whether the processor tells the address of a fault to the byte. */
enum { EXACT = ARCH_FAULT_GRAIN == 1 };

static struct stack_owner describe(const struct stack *s)
{
    struct stack_owner who = {.kind = "task", .site = "an unknown place"};
    if (s->use == STACK_CORO) {
        const faden_coro *c = s->owner;
        who.kind = "coroutine";
        who.name = c->name;
        who.site = c->site;
        who.elsewhere = c != faden__here.coro;
    } else if (load_relaxed(&stack_describe_task)) {
        load_relaxed(&stack_describe_task)(s->owner, &who);
    }
    if (!who.name)
        who.name = "unnamed";
    return who;
}

static void overflow_text(struct text *t, const struct stack *s, const struct stack_owner *who,
                          const void *address)
{
    bool task = s->use == STACK_TASK;
    size_t size = stack_size(s);
    text_format(t,
                "faden: stack overflow in %s '%s' (%s at %s): it used all %zu bytes of its stack; "
                "the fault is %s %p, %s%zu bytes below it. ",
                who->kind, who->name, task ? "spawned" : "made", who->site, size,
                EXACT ? "at" : "in the page at", address, EXACT ? "" : "at most ",
                (size_t)(stack_low(s) - (const char *)address));
    if (size >= STACK_SIZE_MAX / 2)
        text_format(t, "%zu bytes is the most that stack_size can ask for.\n", STACK_SIZE_MAX);
    else
        text_format(t, "Ask for more with %s, e.g. .stack_size = %zu\n",
                    task ? "faden_task_attr.stack_size (or faden_config.stack_size)"
                         : "faden_coro_attr.stack_size",
                    2 * size);
}

static void stray_text(struct text *t, const struct stack *s, const struct stack_owner *who,
                       const void *address)
{
    text_format(t,
                "faden: an access to %s%p, in the guard %s%zu bytes below the stack of %s '%s' (%s "
                "at %s), which does not run on this thread: a stray pointer, or it jumped here "
                "from another stack\n",
                EXACT ? "" : "the page at ", address, EXACT ? "" : "at most ",
                (size_t)(stack_low(s) - (const char *)address), who->kind, who->name,
                s->use == STACK_TASK ? "spawned" : "made", who->site);
}

bool stack_fault_report(const void *address)
{
    const struct stack *s = stack_find(address);
    if (!s || s->use == STACK_FREE || (const char *)address >= stack_low(s))
        return false;
    char buf[640];
    struct text t = {.buf = buf, .size = sizeof buf};
    struct stack_owner who = describe(s);
    if (who.elsewhere)
        stray_text(&t, s, &who, address);
    else
        overflow_text(&t, s, &who, address);
    platform_report(t.buf, t.len, false);
    return !who.elsewhere;
}
