/* SPDX-License-Identifier: MIT */
/* The report for a task, which the layer above describes; and when that says that the task runs
   elsewhere, it was a stray pointer. */
#include "helpers.h"

static bool elsewhere;
static const int task = 7;

static void describe(const void *owner, struct stack_owner *out)
{
    if (owner != &task)
        _exit(5);
    out->kind = "task";
    out->name = "accept loop";
    out->site = "server.c:42";
    out->elsewhere = elsewhere;
}

static faden_context here, there;

static void overflow(void *low)
{
    *(volatile char *)((char *)low - 5) = 1;
    faden_context_switch(&there, &here);
}

static void child(void *size)
{
    struct stack *s = stack_get_slow(NULL, (unsigned)stack_shift_for((size_t)size));
    if (!s || stack_watch_thread() < 0)
        _exit(3);
    stack_describe_task = describe;
    s->owner = (void *)&task;
    s->use = STACK_TASK;
    faden_context_init(&there, stack_low(s), stack_size(s), overflow, stack_low(s));
    faden_context_switch(&here, &there);
}

int main(void)
{
    SKIP_SANITIZED("faults go to their handler");
    struct outcome o;
    run_child(&o, child, (void *)STACK_SIZE_DEFAULT);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "faden: stack overflow in task 'accept loop' (spawned at server.c:42): it used "
                    "all 196608 bytes of its stack; the fault is ");
    expect_below(&o, 5);
    expect_text(&o, " bytes below it. Ask for more with faden_task_attr.stack_size (or "
                    "faden_config.stack_size), e.g. .stack_size = 393216\n");

    run_child(&o, child, (void *)STACK_SIZE_MAX);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "1073741824 bytes is the most that stack_size can ask for.\n");

    elsewhere = true;
    run_child(&o, child, (void *)STACK_SIZE_DEFAULT);
    expect_killed(&o, SIGSEGV);
    expect_below(&o, 5);
    expect_text(&o, " bytes below the stack of task 'accept loop' (spawned at server.c:42), which "
                    "does not run on this thread: a stray pointer");
    EXPECT(!strstr(o.text, "stack overflow in"), "%s", o.text);
}
