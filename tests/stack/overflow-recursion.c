/* SPDX-License-Identifier: MIT */
/* Endless recursion in a coroutine: the report names it and says what to do; SIGSEGV ends it. */
#include "helpers.h"

static volatile int sink, depth_wanted = 1 << 30;

static int deeper(int n)
{
    volatile char frame[200];
    frame[0] = (char)n;
    if (n < depth_wanted)
        sink = deeper(n + 1) + frame[0];
    return sink;
}

static void *fn(void *arg)
{
    (void)arg;
    deeper(0);
    return NULL;
}

static char made_at[256];

static void overflow(void *arg)
{
    faden_coro *c;
    const faden_coro_attr *attr = arg;
    if (faden_coro_new(&c, fn, attr))
        _exit(3);
    faden_coro_resume(c, NULL);
}
enum { LINE_MADE = __LINE__ - 4 };

static void expect_report(const faden_coro_attr *attr, const char *name, const char *size,
                          const char *advice)
{
    struct outcome o;
    run_child(&o, overflow, (void *)attr);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "faden: stack overflow in coroutine ");
    expect_text(&o, name);
    snprintf(made_at, sizeof made_at, "(made at %s:%d)", __FILE__, LINE_MADE);
    expect_text(&o, made_at);
    expect_text(&o, size);
    expect_text(&o, advice);
    EXPECT(count_of(o.text, "\n") == 1, "one line, once: %s", o.text);
    size_t below = below_of(&o);
    EXPECT(below > 0 && below <= 4096, "a frame of 200 bytes faults near the edge: %s", o.text);
}

int main(void)
{
    SKIP_SANITIZED("recursion ends elsewhere");
    expect_report(&(faden_coro_attr){.name = "parser"}, "'parser'", "all 196608 bytes of its stack",
                  "faden_coro_attr.stack_size, e.g. .stack_size = 393216\n");
    expect_report(NULL, "'unnamed'", "all 196608 bytes", ".stack_size = 393216\n");
    expect_report(&(faden_coro_attr){.stack_size = 10000}, "'unnamed'", "all 12288 bytes",
                  ".stack_size = 24576\n");
    expect_report(&(faden_coro_attr){.stack_size = (8 << 20) + 1}, "'unnamed'",
                  "all 16711680 bytes", ".stack_size = 33423360\n");
}
